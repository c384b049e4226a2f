using System.Buffers;
using System.Globalization;
using System.Text.Json;
using WireProtocols.Buffers;
using WireProtocols.Cli.Formats;
using WireProtocols.Cli.View;
using WireProtocols.WebTransport;

namespace WireProtocols.Cli.Decode;

/// <summary>One direction of a WebTransport stream over HTTP/3: its header, then the application's data.</summary>
internal sealed class WtStreamFormat : DecodeFormat
{
    public override string Name => "wt-stream";

    public override string Description => "A WebTransport stream from its first byte (draft-ietf-webtrans-http3 §4.2, §4.3)";

    public override FormatSession Start(DecodeRun run) => new Session(run);

    private sealed class Session(DecodeRun run) : FormatSession(run)
    {
        /// <summary>Data is shown in blocks of this many bytes, whatever pieces it comes in.</summary>
        private const int BlockSize = 16 * 1024;

        private readonly ArrayBufferWriter<byte> _bytes = new(BlockSize);
        private bool _hasHeader;
        private long _offset;

        public override bool Feed(ReadOnlySpan<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                // The header is at most 16 bytes; a block that begins with it would be cut by it, so it is taken alone.
                int room = (_hasHeader ? BlockSize : WebTransportStreamHeader.MaxSize) - _bytes.WrittenCount;
                ReadOnlySpan<byte> taken = bytes[..Math.Min(room, bytes.Length)];
                _bytes.Write(taken);
                bytes = bytes[taken.Length..];
                if (!_hasHeader && !TryTakeHeader())
                {
                    return false;
                }

                if (_hasHeader && _bytes.WrittenCount == BlockSize)
                {
                    PrintData();
                }
            }

            return true;
        }

        public override void Complete()
        {
            if (!_hasHeader)
            {
                Run.Fail(
                    WebTransportProtocolError.UnexpectedEnd,
                    new ProtocolRule("A stream holds its whole header", "draft-ietf-webtrans-http3 §4.2"),
                    _bytes.WrittenCount);
            }
            else if (_bytes.WrittenCount > 0)
            {
                PrintData();
            }
        }

        /// <returns>False after a violation.</returns>
        private bool TryTakeHeader()
        {
            ReadOnlySpan<byte> start = _bytes.WrittenSpan;
            OperationStatus status
                = WebTransportStreamHeader.Decode(start, out WebTransportStreamHeader header, out int size, out WebTransportProtocolError error);
            if (status == OperationStatus.InvalidData)
            {
                WebTransportViolations.Report(
                    Run, error, error == WebTransportProtocolError.UnknownStreamSignal ? 0 : QuicVarInt.GetLength(start[0]));
                return false;
            }

            if (status == OperationStatus.Done)
            {
                _hasHeader = true;
                byte[] rest = start[size..].ToArray();
                Print(header, start[0], size);
                _bytes.ResetWrittenCount();
                _bytes.Write(rest);
                _offset = size;
            }

            return true;
        }

        private void Print(WebTransportStreamHeader header, byte first, int size)
        {
            bool unidirectional = header.Direction == WebTransportStreamDirection.Unidirectional;
            if (Run.Json)
            {
                Utf8JsonWriter row = Run.Rows.Begin("stream"u8);
                row.WriteString("direction"u8, unidirectional ? "uni"u8 : "bidi"u8);
                row.WriteNumber("sessionId"u8, header.SessionId);
                row.WriteNumber("headerLength"u8, size);
                Run.Rows.End();
                return;
            }

            Run.View.Element(
                0,
                $"{(unidirectional ? "unidirectional" : "bidirectional")} stream of session "
                    + $"{header.SessionId.ToString(CultureInfo.InvariantCulture)}");
            Run.View.Field(
                unidirectional ? "type" : "signal", $"{(unidirectional ? "0x54" : "0x41")}, in {HumanView.Count(QuicVarInt.GetLength(first))}");
            Run.View.Field("header", HumanView.Count(size));
        }

        private void PrintData()
        {
            if (Run.Json)
            {
                Utf8JsonWriter row = Run.Rows.Begin("data"u8);
                Run.Rows.WritePayload(_bytes.WrittenSpan);
                Run.Rows.End();
            }
            else
            {
                Run.View.Element(_offset, $"data, {HumanView.Count(_bytes.WrittenCount)}");
                Run.View.Payload(_bytes.WrittenSpan, _bytes.WrittenCount);
            }

            _offset += _bytes.WrittenCount;
            _bytes.ResetWrittenCount();
        }
    }
}
