// The peers of run.sh that .NET has, and the browser. A server prints its URL on its first line and ends with its input; a client plays one case
// after
// the other with the examiner at the URL that it is given, until nobody listens there any more.
using WireProtocols.Peers;

switch (args)
{
    case ["version"]:
        Console.WriteLine(Environment.Version);
        break;
    case ["kestrel-websocket"]:
        await KestrelPeer.RunAsync("ws", "/", KestrelWebSocket.Map);
        break;
    case ["kestrel-http1"]:
        await KestrelPeer.RunAsync("http", "/", KestrelHttp1.Map);
        break;
    case ["kestrel-sse"]:
        await KestrelPeer.RunAsync("http", "/events", KestrelEvents.Map);
        break;
    case ["client-websocket", var url]:
        await Loop.RunAsync(() => ClientWebSocketPeer.PlayAsync(new Uri(url)));
        break;
    case ["http-client", var url]:
        await Loop.RunAsync(() => HttpClientPeer.PlayAsync(new Uri(url)));
        break;
    case ["sse-parser", var url]:
        await Loop.RunAsync(() => SseParserPeer.PlayAsync(new Uri(url)));
        break;
    case ["chromium-version"]:
        Console.WriteLine(await ChromiumPeer.GetVersionAsync());
        break;
    case ["chromium", var script, var url]:
        await ChromiumPeer.RunAsync(script, url);
        break;
    default:
        Console.Error.WriteLine("usage: one of the words in Program.cs, and for a client the URL of the examiner");
        return 2;
}

return 0;
