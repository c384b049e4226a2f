using System.CommandLine;
using System.Net.Http.Headers;
using WireProtocols.Cli.IO;
using WireProtocols.Cli.View;

namespace WireProtocols.Cli.Connect;

/// <summary>What a client works with: where to, how, and where to print.</summary>
internal sealed class ConnectRun(ParseResult arguments, ConnectOptions options, ToolIO io, OutputBuffer output) : IDisposable
{
    public Uri Url { get; } = arguments.GetValue(options.Url)!;

    public bool Json { get; } = arguments.GetValue(options.Json);

    public JsonRows Rows { get; } = new(output);

    public HumanView View { get; } = new(output, io.Colour, arguments.GetValue(options.MaxPayload));

    public OutputBuffer Output { get; } = output;

    public TimeProvider Time { get; } = io.Time;

    public ConnectOptions Options { get; } = options;

    public T? Get<T>(Option<T> option) => arguments.GetValue(option);

    /// <summary>Adds the headers of the command line.</summary>
    /// <exception cref="ToolException">One of them cannot be sent.</exception>
    public void AddHeaders(HttpRequestHeaders headers, HttpContentHeaders? content)
    {
        foreach (string header in Get(Options.Header) ?? [])
        {
            int colon = header.IndexOf(':', StringComparison.Ordinal);
            string name = header[..colon];
            string value = header[(colon + 1)..].Trim();
            content?.Remove(name);
            if (!headers.TryAddWithoutValidation(name, value) && content?.TryAddWithoutValidation(name, value) != true)
            {
                throw ToolException.Usage($"'{header}' cannot be sent as a header.");
            }
        }
    }

    /// <summary>Tells on stderr what happens to the connection.</summary>
    public void Tell(string text)
    {
        Output.Flush();
        io.Error.WriteLine($"wire: {text}");
        io.Error.Flush();
    }

    public void Dispose() => Rows.Dispose();
}
