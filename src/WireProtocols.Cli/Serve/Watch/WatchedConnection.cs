using System.Buffers;
using System.Globalization;
using WireProtocols.Http1;

namespace WireProtocols.Cli.Serve.Watch;

/// <summary>A connection as the one who watches it sees it.</summary>
internal sealed class WatchedConnection(WireTap tap, int number, Action abort) : IDisposable
{
    private readonly Lock _lock = new();
    private CancellationTokenSource? _ending;
    private bool _isOver;

    public WireTap Tap { get; } = tap;

    /// <summary>From 1 on, in the order in which they were first watched.</summary>
    public int Number { get; } = number;

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
        Tap.Add(this, "client", new ReadOnlySequence<byte>(shown), new WireMark("request") { Hidden = hidden });
    }

    /// <summary>Bytes from the client.</summary>
    public void Received(ReadOnlySequence<byte> bytes, WireMark mark = default) => Tap.Add(this, "client", bytes, mark);

    /// <summary>Bytes of the server.</summary>
    public void Sent(ReadOnlySequence<byte> bytes, WireMark mark = default) => Tap.Add(this, "server", bytes, mark);

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
        abort();
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
