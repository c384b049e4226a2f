await ChatClient.Member.RunAsync(new Uri(args[0]), args[1], Console.In, Console.Out);
