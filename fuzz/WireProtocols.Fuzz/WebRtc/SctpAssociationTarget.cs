using System.Buffers;
using System.Buffers.Binary;
using WireProtocols.WebRtc;

namespace WireProtocols.Fuzz.WebRtc;

/// <summary>
/// Two associations, and a tape that says what happens: messages, packets that arrive or are lost, time, resets, and chunks that nobody has sent.
/// Nothing is ever thrown, packets come to an end. Where nobody has interfered, what is reliable arrives once and in order.
/// </summary>
public sealed class SctpAssociationTarget : FuzzTarget
{
    private const int StepSize = 2;

    private static readonly SctpAssociationOptions Options = new()
    {
        ReceiveWindow = 8192,
        MaxMessageLength = 6000,
        MaxBufferedBytes = 20_000,
        MaxFragments = 32,
        MaxStreams = 8,
        MaxRetransmissions = 50,
    };

    public override string Name => "sctp-association";

    public override string CodeNamespace => "WireProtocols.WebRtc";

    public override void Run(ReadOnlySpan<byte> input)
    {
        Tape tape = new();
        tape.Open();
        while (input.Length >= StepSize)
        {
            ReadOnlySpan<byte> rest = input[StepSize..];
            input = rest[tape.Step(input[0], input[1], rest)..];
        }

        tape.End();
    }

    private sealed class Tape
    {
        private readonly SctpAssociation _first = new(Options);
        private readonly SctpAssociation _second = new(Options);
        private readonly Queue<byte[]> _toFirst = [];
        private readonly Queue<byte[]> _toSecond = [];
        private readonly List<byte> _sent = [];
        private readonly List<byte> _received = [];
        private TimeSpan _now;
        private uint _tag;
        private uint _tsn;
        private byte _number;
        private bool _isDisturbed;

        public void Open()
        {
            _first.Connect(_now);
            for (int i = 0; i < 4; i++)
            {
                Collect();
                Deliver(_toSecond, _second);
                Deliver(_toFirst, _first);
            }

            Require(_first.State == SctpState.Established && _second.State == SctpState.Established);
        }

        /// <summary>Does one step; gives how many bytes of the tape it took besides.</summary>
        public int Step(byte code, byte argument, ReadOnlySpan<byte> rest)
        {
            int taken = 0;
            switch (code % 8)
            {
                case 0 or 1:
                    Send(code, argument);
                    break;
                case 2:
                    Deliver(_toSecond, _second);
                    break;
                case 3:
                    Deliver(_toFirst, _first);
                    break;
                case 4:
                    (argument % 2 == 0 ? _toSecond : _toFirst).TryDequeue(out _);
                    break;
                case 5:
                    _now += TimeSpan.FromMilliseconds(argument * 20);
                    _first.Advance(_now);
                    _second.Advance(_now);
                    break;
                case 6:
                    taken = Math.Min(rest.Length, argument % 64);
                    Inject(rest[..taken]);
                    break;
                default:
                    Other(argument);
                    break;
            }

            Collect();
            return taken;
        }

        /// <summary>From here on nothing is lost.</summary>
        public void End()
        {
            for (int i = 0; i < 400 && _first.State == SctpState.Established && _first.BufferedBytes > 0; i++)
            {
                _now += TimeSpan.FromSeconds(1);
                _first.Advance(_now);
                _second.Advance(_now);
                for (int round = 0; round < 20; round++)
                {
                    Collect();
                    Deliver(_toSecond, _second);
                    Deliver(_toFirst, _first);
                    Take(_second);
                }
            }

            Take(_second);
            if (!_isDisturbed)
            {
                Require(_first.BufferedBytes == 0, "everything is acknowledged in the end");
                Require(_received.SequenceEqual(_sent), "what is reliable and ordered arrives once and in order");
            }
        }

        private void Send(byte code, byte argument)
        {
            if (_first.State != SctpState.Established)
            {
                return;
            }

            bool isReliable = code < 128;
            byte[] payload = new byte[1 + (argument * 20)];
            payload[0] = isReliable ? ++_number : (byte)0;
            SctpReliability reliability = isReliable ? SctpReliability.Ordered : new SctpReliability((argument & 1) != 0, argument % 3);
            if (_first.TrySend(isReliable ? 0 : 1, 53, payload, reliability, _now) && isReliable)
            {
                _sent.Add(payload[0]);
            }
        }

        private void Other(byte argument)
        {
            switch (argument % 8)
            {
                case 0:
                    _second.ResetStream(argument / 8 % 8);
                    break;
                case 1:
                    _isDisturbed = true;
                    _first.Shutdown(_now);
                    break;
                case 2:
                    _isDisturbed = true;
                    _second.Abort("tape");
                    break;
                default:
                    Take(_second);
                    break;
            }
        }

        /// <summary>A chunk from the tape as if the first had sent it. Its first number is counted from the first's TSN where it is a TSN.</summary>
        private void Inject(ReadOnlySpan<byte> chunk)
        {
            if (chunk.Length < 2)
            {
                return;
            }

            _isDisturbed = true;
            byte[] value = chunk[2..].ToArray();
            if (chunk[0] is 0 or 7 or 192 && value.Length >= sizeof(uint))
            {
                BinaryPrimitives.WriteUInt32BigEndian(value, _tsn + (uint)(sbyte)value[3]);
            }

            SctpPacketWriter writer = new(1200);
            writer.Begin(5000, 5000, chunk[0] == 1 ? 0 : _tag);
            writer.AddChunk((SctpChunkType)chunk[0], chunk[1], value);
            _second.Receive(writer.Finish().Span, _now);
        }

        private void Deliver(Queue<byte[]> way, SctpAssociation to)
        {
            if (way.TryDequeue(out byte[]? packet))
            {
                to.Receive(packet, _now);
                Collect();
            }
        }

        private void Collect()
        {
            Collect(_first, _toSecond);
            Collect(_second, _toFirst);
        }

        private void Collect(SctpAssociation from, Queue<byte[]> way)
        {
            for (int count = 0; from.TryGetPacket(_now, out ReadOnlyMemory<byte> packet); count++)
            {
                Require(count < 1000, "packets come to an end");
                Require(SctpPacket.Decode(packet.Span, out SctpPacket decoded, out _, out _) == OperationStatus.Done, "what is sent is well formed");
                foreach (SctpChunk chunk in decoded)
                {
                    _tag = chunk.Type == SctpChunkType.InitAck ? chunk.AsInit().InitiateTag : _tag;
                    _tsn = chunk.Type == SctpChunkType.Init ? chunk.AsInit().InitialTsn
                        : chunk.Type == SctpChunkType.Data && from == _first ? chunk.AsData().Tsn + 1
                        : _tsn;
                }

                way.Enqueue(packet.ToArray());
            }
        }

        private void Take(SctpAssociation from)
        {
            while (from.TryGetEvent(out SctpEvent happened))
            {
                if (happened is { Kind: SctpEventKind.Message, StreamId: 0 })
                {
                    _received.Add(happened.Message.Payload.Span[0]);
                }
            }
        }
    }
}
