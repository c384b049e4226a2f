using System.CommandLine;
using System.Net.Http.Headers;
using WireProtocols.Cli.IO;
using WireProtocols.Cli.View;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Connect;

/// <summary>What a client works with: where to, how, and where to print.</summary>
internal sealed class ConnectRun(ParseResult arguments, ConnectOptions options, ToolIO io, OutputBuffer output) : IDisposable
{
    public Uri Url { get; } = arguments.GetValue(options.Url)!;

    public bool Json { get; } = arguments.GetValue(options.Json);

    public JsonRows Rows { get; } = new(output);

    public HumanView View { get; } = new(output, io.Colour, arguments.GetValue(options.MaxPayload));

    public OutputBuffer Output { get; } = output;

    /// <summary>Held by whoever prints: what is sent and what is received are shown from different threads.</summary>
    public Lock Printing { get; } = new();

    public ToolIO IO { get; } = io;

    public ConnectOptions Options { get; } = options;

    public T? Get<T>(Option<T> option) => arguments.GetValue(option);

    public JsonRows RowsOf(WebSocketRole sender) => new(Output, LabelOf(sender));

    public HumanView ViewOf(WebSocketRole sender) => new(Output, IO.Colour, View.MaxPayload, LabelOf(sender));

    /// <summary>The limits on WebSocket messages from the server.</summary>
    public WebSocketMessageOptions CreateMessageLimits()
    {
        int most = Get(Options.MaxElement);

        // What does not compress is longer when it is compressed.
        return new WebSocketMessageOptions { MaxMessageLength = most, MaxFramePayloadLength = most + (most / 8L), MaxInflationRatio = int.MaxValue };
    }

    /// <summary>The headers of the command line.</summary>
    public IEnumerable<(string Name, string Value)> Headers
        => from header in Get(Options.Header) ?? []
           let colon = header.IndexOf(':', StringComparison.Ordinal)
           select (header[..colon], header[(colon + 1)..].Trim());

    /// <summary>Adds the headers of the command line.</summary>
    /// <exception cref="ToolException">One of them cannot be sent.</exception>
    public void AddHeaders(HttpRequestHeaders headers, HttpContentHeaders? content)
    {
        foreach ((string name, string value) in Headers)
        {
            content?.Remove(name);
            if (!headers.TryAddWithoutValidation(name, value) && content?.TryAddWithoutValidation(name, value) != true)
            {
                throw ToolException.Usage($"'{name}: {value}' cannot be sent as a header.");
            }
        }
    }

    /// <summary>Tells on stderr what happens to the connection.</summary>
    public void Tell(string text)
    {
        lock (Printing)
        {
            Output.Flush();
            IO.Error.WriteLine($"wire: {text}");
            IO.Error.Flush();
        }
    }

    private static RowLabel LabelOf(WebSocketRole sender) => new(0, sender == WebSocketRole.Client ? "client" : "server", null);

    public void Dispose() => Rows.Dispose();
}
