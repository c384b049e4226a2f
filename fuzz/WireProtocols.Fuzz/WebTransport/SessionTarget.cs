using WireProtocols.WebTransport;

namespace WireProtocols.Fuzz.WebTransport;

/// <summary>
/// A whole connection, of either side, that a hostile peer talks to: the input is a program of stream bytes, datagrams, resets and stops in
/// any order. Nothing is thrown, nothing is held past the limits, and after the end nothing is sent.
/// </summary>
public sealed class SessionTarget : FuzzTarget
{
    private const int MaxBuffered = 512;
    private const int MaxStreams = 24;

    private static readonly WebTransportConnectionOptions Options = new()
    {
        MaxBufferedBytes = MaxBuffered,
        MaxBufferedStreams = 4,
        MaxBufferedDatagrams = 4,
        MaxStreams = MaxStreams,
        MaxFieldSectionSize = 1024,
        MaxDatagramSize = 256,
        DataWindow = 64,
        StreamWindow = 3,
        Settings = new WebTransportSettings { InitialMaxData = 32, InitialMaxStreamsUni = 2, InitialMaxStreamsBidi = 2, MaxSessions = 2 },
    };

    // SETTINGS of every dialect with flow control, and a request, so that the fuzzer need not find them.
    private static readonly byte[] Settings
        = Convert.FromHexString("00041c" + "3301" + "0801" + "ac7cf00001" + "94e9cd2901" + "ab60374201" + "6b6110" + "6b6402" + "6b6502");

    public override string Name => "webtransport-session";

    public override FuzzFormat Format { get; } = new StepFormat(new TypedFormat(0, 0, 1, 4, 0x41, 0x54, 0x2843, 0x190B4D3D, 0x190B4D3F));

    public override string CodeNamespace => "WireProtocols.WebTransport";

    public override void Run(ReadOnlySpan<byte> input)
    {
        byte mode = input.IsEmpty ? (byte)0 : input[0];
        WebTransportRole role = (mode & 1) == 0 ? WebTransportRole.Server : WebTransportRole.Client;
        RecordingOutput output = new() { MaxDatagramSize = (mode & 2) == 0 ? 1200 : 16 };
        using WebTransportConnection connection = new(role, output, Options with { RequireReliableReset = (mode & 4) == 0 });
        Peer peer = new(connection, output, role);
        if ((mode & 8) == 0)
        {
            connection.ReceiveStream(role == WebTransportRole.Server ? 2 : 3, Settings, false);
            peer.HandOut();
        }

        Program program = new(input.IsEmpty ? input : input[1..]);
        while (program.TryNext(out byte step, out ReadOnlySpan<byte> payload))
        {
            peer.Do(step, payload);
            peer.HandOut();
            Require(connection.BufferedBytes is >= 0 and <= MaxBuffered, $"{connection.BufferedBytes} bytes are held");
            Require(connection.StreamCount <= MaxStreams, $"{connection.StreamCount} streams are known");
            Require(!connection.IsClosed || connection.StreamCount == 0);
        }

        connection.Dispose();
        Require(connection.BufferedBytes == 0);
    }

    /// <summary>Steps of a byte that says what to do, a length, and so many bytes.</summary>
    private ref struct Program(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        public bool TryNext(out byte step, out ReadOnlySpan<byte> payload)
        {
            step = 0;
            payload = default;
            if (_rest.Length < 2)
            {
                return false;
            }

            step = _rest[0];
            int length = Math.Min(_rest[1], _rest.Length - 2);
            payload = _rest.Slice(2, length);
            _rest = _rest[(2 + length)..];
            return true;
        }
    }

    private sealed class Peer(WebTransportConnection connection, RecordingOutput output, WebTransportRole role)
    {
        // Low ids come often, so that streams meet.
        private static readonly long[] Ids = [0, 4, 8, 12, 2, 6, 10, 14, 3, 7, 11, 1, 5, 9, 16, 20];

        public void Do(byte step, ReadOnlySpan<byte> payload)
        {
            long id = Ids[step & 15];
            byte[] bytes = payload.ToArray();
            switch (step >> 4)
            {
                case 0 or 1 or 2 or 3:
                    connection.ReceiveStream(id, bytes, false);
                    break;
                case 4 or 5:
                    connection.ReceiveStream(id, bytes, true);
                    break;
                case 6:
                    connection.ReceiveReset(id, Code(payload), payload.Length * 7);
                    break;
                case 7:
                    connection.ReceiveStopSending(id, Code(payload));
                    break;
                case 8 or 9:
                    connection.ReceiveDatagram(bytes);
                    break;
                case 10:
                    ActOnSessions(payload);
                    break;
                case 11:
                    connection.GoAway();
                    break;
                case 12 when role == WebTransportRole.Client:
                    Connect();
                    break;
                case 15 when payload.Length == 3:
                    connection.ReceiveClose(Code(payload));
                    break;
                default:
                    connection.ReceiveStream(id, bytes, false);
                    break;
            }
        }

        public void HandOut()
        {
            while (connection.TryRead(out WebTransportEvent item))
            {
                Require(item.Kind != WebTransportEventKind.Violation || item.ErrorCode == item.Error.GetErrorCode());
                Require(item.Data.Length <= MaxBuffered + 256, "no event is larger than what was held and a step");
                if (item.Kind == WebTransportEventKind.SessionRequested && item.Session!.Request.Path.Length % 4 != 3)
                {
                    item.Session.Accept();
                }
                else if (item.Kind == WebTransportEventKind.StreamData)
                {
                    item.Session!.Send(item.StreamId, item.Data.Span);
                }
                else if (item.Kind == WebTransportEventKind.Datagram)
                {
                    item.Session!.SendDatagram(item.Data.Span);
                }
            }

            Require(output.Closed is null || connection.IsClosed);
        }

        private static long Code(ReadOnlySpan<byte> payload) => WebTransportErrorCode.FirstApplicationError + (payload.IsEmpty ? -1 : payload[0]);

        private void Connect()
        {
            try
            {
                connection.Connect("a", "/");
            }
            catch (InvalidOperationException)
            {
                // Not now.
            }
        }

        private void ActOnSessions(ReadOnlySpan<byte> payload)
        {
            foreach (WebTransportSession session in connection.Sessions)
            {
                foreach (byte action in payload)
                {
                    Act(session, action);
                }
            }
        }

        private static void Act(WebTransportSession session, byte action)
        {
            switch (action & 7)
            {
                case 0:
                    session.TryOpenStream((WebTransportStreamDirection)((action >> 3) & 1), out _);
                    break;
                case 1:
                    session.Send(Ids[action >> 4], new byte[action >> 3], (action & 8) != 0);
                    break;
                case 2:
                    session.ResetStream(Ids[action >> 4], action);
                    break;
                case 3:
                    session.StopSending(Ids[action >> 4], action);
                    break;
                case 4:
                    session.Drain();
                    break;
                case 5:
                    session.SendDatagram(new byte[action]);
                    break;
                case 6 when action > 200:
                    session.Close(action, "bye");
                    break;
                default:
                    break;
            }
        }
    }
}
