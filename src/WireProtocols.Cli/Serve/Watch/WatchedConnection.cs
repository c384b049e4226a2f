using System.Buffers;
using System.Globalization;
using WireProtocols.Http1;

namespace WireProtocols.Cli.Serve.Watch;

/// <summary>A connection as the one who watches it sees it.</summary>
internal sealed class WatchedConnection : IWatched, IDisposable
{
    private readonly Action _abort;
    private readonly int _number;
    private readonly Lock _lock = new();
    private CancellationTokenSource? _ending;
    private bool _isOver;

    /// <param name="tap">Who watches.</param>
    /// <param name="abort">Drops the connection.</param>
    public WatchedConnection(WireTap tap, Action abort)
    {
        Tap = tap;
        _abort = abort;
        _number = tap.Enter(this);
    }

    public WireTap Tap { get; }

    /// <summary>A request begins.</summary>
    /// <returns>Cancelled when the server stops, or the one who watches wants the request to end.</returns>
    public CancellationToken BeginRequest(CancellationToken stopping)
    {
        lock (_lock)
        {
            _ending?.Dispose();
            _ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            return _ending.Token;
        }
    }

    /// <summary>Ends the request under way in good order.</summary>
    public void EndRequest()
    {
        // What is cancelled goes on elsewhere: it may want to tell this connection something.
        lock (_lock)
        {
            _ = _ending?.CancelAsync();
        }
    }

    /// <summary>The head of a request, without what only its receiver is to know.</summary>
    public void ReceivedHead(OwnedHttp1RequestHead head)
    {
        byte[] shown = SecretFields.Hide(head.Head, out int[] hidden);
        Tap.Add(_number, "client", new ReadOnlySequence<byte>(shown), new WireMark("request") { Hidden = hidden });
    }

    /// <summary>Bytes from the client.</summary>
    public void Received(ReadOnlySequence<byte> bytes, WireMark mark = default) => Tap.Add(_number, "client", bytes, mark);

    /// <summary>Bytes of the server.</summary>
    public void Sent(ReadOnlySequence<byte> bytes, WireMark mark = default) => Tap.Add(_number, "server", bytes, mark);

    /// <summary>The client has broken a rule.</summary>
    public void Violated(WireProtocolException violation)
        => Received(default, new WireMark("violation")
        {
            Code = violation.Code,
            Text = violation.Rule.Text,
            Spec = violation.Section,
            Offset = violation.Offset,
        });

    /// <summary>Drops the connection because the one who watches wants it.</summary>
    public void Cut()
    {
        Sent(default, new WireMark("cut") { Text = "The connection was dropped on purpose." });
        _abort();
    }

    /// <summary>Nothing comes any more.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isOver)
            {
                return;
            }

            _isOver = true;
            _ending?.Dispose();
            _ending = null;
        }

        Tap.Leave(this);
        Sent(default, new WireMark("end"));
    }

    /// <summary>A code as it is written in the texts of HTTP/3.</summary>
    public static string CodeOf(long code) => code.ToString(CultureInfo.InvariantCulture);
}
