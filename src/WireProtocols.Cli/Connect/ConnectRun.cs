using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Text;
using WireProtocols.Cli.Formats;
using WireProtocols.Cli.IO;
using WireProtocols.Cli.Traffic;
using WireProtocols.Cli.View;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Connect;

/// <summary>What a client works with: where to, how, and where to print.</summary>
internal sealed class ConnectRun : IDisposable
{
    private readonly ParseResult _arguments;
    private readonly TrafficRecorder? _recorder;
    private readonly CancellationTokenSource _enough;
    private readonly FormatRun _format;
    private readonly CancellationToken _stop;
    private int _left;
    private bool _isOutputClosed;

    public ConnectRun(ParseResult arguments, ConnectOptions options, ToolIO io, OutputBuffer output, CancellationToken stop)
    {
        _arguments = arguments;
        _stop = stop;
        Options = options;
        IO = io;
        Output = output;
        Url = arguments.GetValue(options.Url)!;
        Json = arguments.GetValue(options.Json);
        _enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Func<DateTimeOffset>? clock = arguments.GetValue(options.Timestamps) ? io.Time.GetLocalNow : null;
        FormatSettings settings = new(Json, io.Colour, arguments.GetValue(options.MaxPayload), arguments.GetValue(options.MaxElement))
        {
            Label = new RowLabel(0, null, clock),
        };
        _format = new FormatRun(output, settings);
        _recorder = TrafficRecorder.Open(arguments.GetValue(options.Record), io.Time);
        _left = arguments.GetValue(options.Count);
        TrafficSettings traffic = new() { IsLive = true, Inflates = !arguments.GetValue(options.Echo) };
        Traffic = new TrafficView(_format, traffic, _recorder, clock, numbers: false) { Counter = _left > 0 ? CountOne : null };
        if (arguments.GetValue(options.Timeout) is > 0 and var seconds)
        {
            _enough.CancelAfter(TimeSpan.FromSeconds(seconds));
        }
    }

    public Uri Url { get; }

    public bool Json { get; }

    public JsonRows Rows => _format.Rows;

    public HumanView View => _format.View;

    /// <summary>Where what is no traffic of HTTP/1.1 is shown.</summary>
    public FormatRun Format => _format;

    public OutputBuffer Output { get; }

    /// <summary>Shows what crosses the wire. Its callers hold <see cref="Printing"/>.</summary>
    public TrafficView Traffic { get; }

    /// <summary>Held by whoever prints: what is sent and what is received are shown from different threads.</summary>
    public Lock Printing { get; } = new();

    public ToolIO IO { get; }

    public ConnectOptions Options { get; }

    /// <summary>Cancelled by the user, by <c>--timeout</c>, by <c>--count</c>, and when nobody reads the output any more.</summary>
    public CancellationToken Enough => _enough.Token;

    /// <summary>Whether it ends because all that was asked for has come.</summary>
    public bool IsSatisfied { get; private set; }

    /// <summary>Whether the server has answered at all.</summary>
    public bool HasConnected { get; set; }

    /// <summary>Whether it ends because of <c>--timeout</c>.</summary>
    public bool HasTimedOut => _enough.IsCancellationRequested && !IsSatisfied && !_isOutputClosed && !_stop.IsCancellationRequested;

    public T? Get<T>(Option<T> option) => _arguments.GetValue(option);

    /// <summary>The limits on WebSocket messages from the server.</summary>
    public WebSocketMessageOptions CreateMessageLimits()
    {
        int most = Get(Options.MaxElement);

        // What does not compress is longer when it is compressed.
        return new WebSocketMessageOptions { MaxMessageLength = most, MaxFramePayloadLength = most + (most / 8L), MaxInflationRatio = int.MaxValue };
    }

    /// <summary>The headers of the command line, <c>--user</c> and <c>--origin</c> among them.</summary>
    public IEnumerable<(string Name, string Value)> Headers
    {
        get
        {
            foreach (string header in Get(Options.Header) ?? [])
            {
                int colon = header.IndexOf(':', StringComparison.Ordinal);
                yield return (header[..colon], header[(colon + 1)..].Trim());
            }

            if (Get(Options.User) is { } user)
            {
                yield return ("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(user))}");
            }

            if (Get(Options.Origin) is { } origin)
            {
                yield return ("Origin", origin);
            }
        }
    }

    /// <summary>Adds the headers of the command line.</summary>
    /// <exception cref="ToolException">One of them cannot be sent.</exception>
    public void AddHeaders(HttpRequestHeaders headers, HttpContentHeaders? content)
    {
        foreach ((string name, string value) in Headers)
        {
            content?.Remove(name);
            if (name.Equals("Accept", StringComparison.OrdinalIgnoreCase))
            {
                headers.Accept.Clear();
            }

            if (!headers.TryAddWithoutValidation(name, value) && content?.TryAddWithoutValidation(name, value) != true)
            {
                throw ToolException.Usage($"'{name}: {value}' cannot be sent as a header.");
            }
        }
    }

    /// <summary>TLS as the options want it.</summary>
    public SslClientAuthenticationOptions CreateTls() => TlsFiles.CreateClient(
        Get(Options.Insecure),
        Get(Options.Authorities),
        Get(Options.Certificate) is { } file ? TlsFiles.ReadCertificate(file, Get(Options.Key)) : null);

    /// <summary>The proxy for the URL; null for none.</summary>
    public Uri? FindProxy()
    {
        if (Get(Options.Proxy) is { } named)
        {
            return named;
        }

        IWebProxy platform = HttpClient.DefaultProxy;
        return Url.IsLoopback || platform.IsBypassed(Url) ? null : platform.GetProxy(Url) is { } proxy && proxy != Url ? proxy : null;
    }

    /// <summary>Tells on stderr what happens to the connection.</summary>
    public void Tell(string text)
    {
        lock (Printing)
        {
            if (!_isOutputClosed)
            {
                Output.Flush();
            }

            IO.Error.WriteLine($"wire: {text}");
            IO.Error.Flush();
        }
    }

    /// <summary>Nobody reads stdout any more: everything ends quietly.</summary>
    public void OutputIsClosed()
    {
        _isOutputClosed = true;
        _enough.Cancel();
    }

    /// <exception cref="OutputClosedException">Nobody reads stdout any more.</exception>
    public void ThrowIfOutputIsClosed()
    {
        if (_isOutputClosed)
        {
            throw new OutputClosedException();
        }
    }

    /// <summary>One of the elements that <c>--count</c> counts has come.</summary>
    public void CountOne()
    {
        if (--_left == 0)
        {
            IsSatisfied = true;
            _enough.Cancel();
        }
    }

    public void Dispose()
    {
        lock (Printing)
        {
            Traffic.Dispose();
            _recorder?.Dispose();
            _format.Dispose();
        }

        _enough.Dispose();
    }
}
