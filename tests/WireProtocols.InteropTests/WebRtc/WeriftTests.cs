using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using WireProtocols.WebRtc;

namespace WireProtocols.InteropTests.WebRtc;

/// <summary>npm werift in both roles: its SCTP and its data channels over bare UDP, and a whole RTCPeerConnection over its ICE and DTLS.</summary>
public sealed class WeriftTests
{
    private const string Package = "werift";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("data-channels.mjs", "server")]
    [InlineData("data-channels.mjs", "client")]
    [InlineData("peer-connection.mjs", "server")]
    [InlineData("peer-connection.mjs", "client")]
    public async Task Its_channels_and_ours_understand_each_other(string script, string role)
    {
        if (!NodePeer.Has(Package))
        {
            Assert.Skip($"The npm package '{Package}' is not installed: run 'npm ci' in tests/WireProtocols.InteropTests/peers.");
        }

        bool isClient = role == "client";
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        string port = ((IPEndPoint)socket.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture);
        using Process peer = NodePeer.Start(script, port, role);
        try
        {
            string line = (await peer.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!;
            await socket.ConnectAsync(
                new IPEndPoint(IPAddress.Loopback, int.Parse(line["port ".Length..], CultureInfo.InvariantCulture)),
                TestContext.Current.CancellationToken);
            ChannelRun run = new(socket, new DataChannelAssociation(isDtlsClient: isClient));
            if (!isClient)
            {
                run.Channels.Connect(run.Now);
            }

            await run.UntilAsync(() => run.Has(DataChannelEventKind.Connected));
            byte[] large = [.. Enumerable.Range(0, 60_000).Select(i => (byte)(i * 31))];
            DataChannel echo = run.Channels.Open("echo é", run.Now, protocol: "proto");
            DataChannel loose = run.Channels.Open("loose", run.Now, DataChannelType.LimitedRetransmissionsUnordered, 2);
            Assert.True(run.Channels.TrySend(loose, "loose"u8, true, run.Now));
            Assert.True(run.Channels.TrySend(echo, "text"u8, true, run.Now));
            Assert.True(run.Channels.TrySend(echo, [], true, run.Now));
            Assert.True(run.Channels.TrySend(echo, [], false, run.Now));
            Assert.True(run.Channels.TrySend(echo, large, false, run.Now));
            await run.UntilAsync(() => run.MessagesOf(echo).Count == 2 && run.MessagesOf(loose).Count == 1);
            Assert.Equal([("text", true), (Encoding.Latin1.GetString(large), false)], run.MessagesOf(echo));
            Assert.Equal([("loose", true)], run.MessagesOf(loose));
            if (isClient)
            {
                await run.UntilAsync(() => run.Events.Any(e => e.Kind == DataChannelEventKind.Message && e.Channel!.Label == "from werift"));
                DataChannel theirs = run.Events.First(e => e.Kind == DataChannelEventKind.PeerOpened).Channel!;
                Assert.Equal((1, "p", DataChannelType.Reliable), (theirs.Id, theirs.Protocol, theirs.Type));
                Assert.Equal([("hello", true)], run.MessagesOf(theirs));
                Assert.True(run.Channels.TrySend(theirs, "hi"u8, true, run.Now));
            }

            run.Channels.Close(echo);
            await run.UntilAsync(() => echo.State == DataChannelState.Closed && run.Channels.BufferedBytes == 0);
            await peer.StandardInput.WriteLineAsync("stop");
            string output = await peer.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            Assert.Contains($"opened {echo.Id} echo é proto ordered=true rexmit=null", output, StringComparison.Ordinal);
            Assert.Contains($"opened {loose.Id} loose  ordered=false rexmit=2", output, StringComparison.Ordinal);
            Assert.Contains($"empty {echo.Id} string\nempty {echo.Id} object", output, StringComparison.Ordinal);
            Assert.Contains($"state {echo.Id} closed", output, StringComparison.Ordinal);
        }
        finally
        {
            peer.StandardInput.Close();
            await peer.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Channels over a socket, driven by hand.</summary>
    private sealed class ChannelRun(Socket socket, DataChannelAssociation channels)
    {
        private readonly byte[] _buffer = new byte[ushort.MaxValue];
        private readonly Stopwatch _watch = Stopwatch.StartNew();

        public DataChannelAssociation Channels => channels;

        public TimeSpan Now => _watch.Elapsed;

        public List<DataChannelEvent> Events { get; } = [];

        public bool Has(DataChannelEventKind kind) => Events.Any(e => e.Kind == kind);

        public List<(string Text, bool IsText)> MessagesOf(DataChannel channel)
            => [.. Events.Where(e => e.Kind == DataChannelEventKind.Message && e.Channel == channel)
                .Select(e => (Encoding.Latin1.GetString(e.Payload.Span), e.IsText))];

        public async Task UntilAsync(Func<bool> holds)
        {
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(Patience);
            while (!holds())
            {
                await SendAsync(patience.Token);
                await ReceiveAsync(patience.Token);
                channels.Advance(Now);
                while (channels.TryGetEvent(Now, out DataChannelEvent happened))
                {
                    Events.Add(happened);
                }
            }

            await SendAsync(patience.Token);
        }

        private async Task SendAsync(CancellationToken patience)
        {
            while (channels.TryGetPacket(Now, out ReadOnlyMemory<byte> packet))
            {
                await socket.SendAsync(packet, patience);
            }
        }

        /// <summary>Waits for a packet, but no longer than until the next deadline.</summary>
        private async Task ReceiveAsync(CancellationToken patience)
        {
            using CancellationTokenSource due = CancellationTokenSource.CreateLinkedTokenSource(patience);
            TimeSpan wait = (channels.NextDeadline ?? Now + TimeSpan.FromSeconds(1)) - Now;
            due.CancelAfter(wait > TimeSpan.Zero ? wait : TimeSpan.FromMilliseconds(1));
            try
            {
                int length = await socket.ReceiveAsync(_buffer, due.Token);
                channels.Receive(_buffer.AsSpan(0, length), Now);
            }
            catch (OperationCanceledException) when (!patience.IsCancellationRequested)
            {
                // The deadline is there.
            }
        }
    }
}
