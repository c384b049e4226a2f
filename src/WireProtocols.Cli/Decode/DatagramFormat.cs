using System.Buffers;
using System.Globalization;
using System.Text.Json;
using WireProtocols.Cli.Formats;
using WireProtocols.Cli.View;
using WireProtocols.WebTransport;

namespace WireProtocols.Cli.Decode;

/// <summary>The payload of one QUIC DATAGRAM frame, which is the whole input.</summary>
internal sealed class DatagramFormat : DecodeFormat
{
    public override string Name => "datagram";

    public override string Description => "One HTTP Datagram, the payload of a QUIC DATAGRAM frame (RFC 9297 §2.1)";

    public override FormatSession Start(DecodeRun run) => new Session(run);

    private sealed class Session(DecodeRun run) : FormatSession(run)
    {
        private static readonly ProtocolRule TooLarge = new("A datagram stays within the limit", "RFC 9297 §3.5");

        private readonly PayloadCollector _payload = run.CreateCollector();
        private readonly ArrayBufferWriter<byte> _prefix = new();

        public override bool Feed(ReadOnlySpan<byte> bytes)
        {
            if (_prefix.WrittenCount < sizeof(long))
            {
                _prefix.Write(bytes[..Math.Min(bytes.Length, sizeof(long) - _prefix.WrittenCount)]);
            }

            if (HttpDatagram.Decode(_prefix.WrittenSpan, out _) == OperationStatus.InvalidData)
            {
                WebTransportViolations.Report(Run, WebTransportProtocolError.QuarterStreamIdTooLarge, 0);
                return false;
            }

            if (!_payload.Append(bytes))
            {
                Run.Fail("DatagramTooLarge", TooLarge, Run.MaxElement, raise: "--max-element");
                return false;
            }

            return true;
        }

        public override void Complete()
        {
            if (HttpDatagram.Decode(_prefix.WrittenSpan, out HttpDatagram start) != OperationStatus.Done)
            {
                Run.Fail("UnexpectedEnd", WebTransportProtocolError.DatagramTruncated.GetRule(), _payload.Length);
                return;
            }

            int prefix = _prefix.WrittenCount - start.Payload.Length;
            if (Run.Json)
            {
                Utf8JsonWriter row = Run.Rows.Begin("datagram"u8);
                row.WriteNumber("quarterStreamId"u8, start.QuarterStreamId);
                row.WriteNumber("streamId"u8, start.StreamId);
                Run.Rows.WritePayload(_payload.Kept[prefix..]);
                Run.Rows.End();
                return;
            }

            Run.View.Element(
                0, $"datagram of stream {start.StreamId.ToString(CultureInfo.InvariantCulture)}, {HumanView.Count(_payload.Length - prefix)}");
            Run.View.Field("quarter stream id", start.QuarterStreamId.ToString(CultureInfo.InvariantCulture));
            Run.View.Payload(_payload.Kept[Math.Min(prefix, _payload.Kept.Length)..], _payload.Length - prefix);
        }
    }
}
