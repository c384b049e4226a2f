using WireProtocols.WebTransport;

namespace WireProtocols.Fuzz.WebTransport;

/// <summary>A client and a server with nothing in between but an order of delivery: what one sends, the other receives in pieces of a size.</summary>
public sealed class Loopback : IDisposable
{
    private readonly int _pieceSize;
    private readonly Queue<Action> _deliveries = new();

    public Loopback(
        WebTransportConnectionOptions? client = null,
        WebTransportConnectionOptions? server = null,
        int pieceSize = int.MaxValue,
        bool reliable = true)
    {
        _pieceSize = pieceSize;
        End clientEnd = new(this, reliable);
        End serverEnd = new(this, reliable);
        Client = new WebTransportConnection(WebTransportRole.Client, clientEnd, client);
        Server = new WebTransportConnection(WebTransportRole.Server, serverEnd, server);
        clientEnd.Other = () => (Server, ServerEvents, OnServer);
        serverEnd.Other = () => (Client, ClientEvents, OnClient);
    }

    public WebTransportConnection Client { get; }

    public WebTransportConnection Server { get; }

    public EventRows ClientEvents { get; } = new();

    public EventRows ServerEvents { get; } = new();

    /// <summary>Called with each event of the client.</summary>
    public Action<WebTransportEvent> OnClient { get; set; } = _ => { };

    /// <summary>Called with each event of the server; it accepts every session where nothing else is set.</summary>
    public Action<WebTransportEvent> OnServer { get; set; } = item =>
    {
        if (item.Kind == WebTransportEventKind.SessionRequested)
        {
            item.Session!.Accept();
        }
    };

    /// <summary>Delivers until nothing is under way.</summary>
    public Loopback Run()
    {
        while (_deliveries.TryDequeue(out Action? delivery))
        {
            delivery();
        }

        return this;
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }

    private sealed class End(Loopback loopback, bool reliable) : IQuicOutput
    {
        public Func<(WebTransportConnection Connection, EventRows Rows, Action<WebTransportEvent> Handler)> Other { get; set; } = ()
            => throw new InvalidOperationException();

        public int MaxDatagramSize => 1200;

        public bool SupportsReliableReset => reliable;

        public void SendStream(long streamId, ReadOnlySpan<byte> data, bool endStream)
        {
            ReadOnlyMemory<byte> rest = data.ToArray();
            do
            {
                ReadOnlyMemory<byte> piece = rest[..Math.Min(rest.Length, loopback._pieceSize)];
                rest = rest[piece.Length..];
                bool last = rest.IsEmpty;
                Deliver(c => c.ReceiveStream(streamId, piece, endStream && last));
            }
            while (!rest.IsEmpty);
        }

        public void SendDatagram(ReadOnlySpan<byte> datagram)
        {
            byte[] copy = datagram.ToArray();
            Deliver(c => c.ReceiveDatagram(copy));
        }

        public void ResetStream(long streamId, long errorCode, long reliableSize) => Deliver(c => c.ReceiveReset(streamId, errorCode));

        public void StopSending(long streamId, long errorCode) => Deliver(c => c.ReceiveStopSending(streamId, errorCode));

        public void Close(long errorCode, string reason) => Deliver(c => c.ReceiveClose(errorCode, reason));

        private void Deliver(Action<WebTransportConnection> receive) => loopback._deliveries.Enqueue(() =>
        {
            (WebTransportConnection connection, EventRows rows, Action<WebTransportEvent> handler) = Other();
            HandOut(connection, rows, handler);
            receive(connection);
            HandOut(connection, rows, handler);
        });

        private static void HandOut(WebTransportConnection connection, EventRows rows, Action<WebTransportEvent> handler)
        {
            while (connection.TryRead(out WebTransportEvent item))
            {
                rows.Add(item);
                handler(item);
            }
        }
    }
}
