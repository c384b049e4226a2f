await Chat.Room.CreateApplication(args).RunAsync();
