using System.Buffers;
using System.Globalization;
using System.Text.Json;
using WireProtocols.Buffers;
using WireProtocols.Cli.Formats;

namespace WireProtocols.Cli.Decode;

/// <summary>Variable-length integers of QUIC, one after the other.</summary>
internal sealed class VarIntFormat : DecodeFormat
{
    public override string Name => "varint";

    public override string Description => "Variable-length integers of QUIC (RFC 9000 §16)";

    public override FormatSession Start(DecodeRun run) => new Session(run);

    private sealed class Session(DecodeRun run) : FormatSession(run)
    {
        private static readonly ProtocolRule Truncated = new("The input ends inside a variable-length integer", "RFC 9000 §16");
        private readonly byte[] _pending = new byte[QuicVarInt.MaxLength];
        private int _pendingLength;
        private long _offset;

        public override bool Feed(ReadOnlySpan<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                if (_pendingLength > 0)
                {
                    _pending[_pendingLength++] = bytes[0];
                    bytes = bytes[1..];
                    if (TryPrint(_pending.AsSpan(0, _pendingLength)) > 0)
                    {
                        _pendingLength = 0;
                    }
                }
                else if (TryPrint(bytes) is > 0 and int consumed)
                {
                    bytes = bytes[consumed..];
                }
                else
                {
                    bytes.CopyTo(_pending);
                    _pendingLength = bytes.Length;
                    return true;
                }
            }

            return true;
        }

        public override void Complete()
        {
            if (_pendingLength > 0)
            {
                Run.Fail("UnexpectedEnd", Truncated, _offset + _pendingLength);
            }
        }

        /// <returns>The bytes that the integer took, or 0 when it is not whole yet.</returns>
        private int TryPrint(ReadOnlySpan<byte> bytes)
        {
            if (QuicVarInt.Decode(bytes, out long value, out int length) != OperationStatus.Done)
            {
                return 0;
            }

            Print(bytes[0], value, length);
            _offset += length;
            return length;
        }

        private void Print(byte first, long value, int length)
        {
            int minimum = QuicVarInt.GetLength(value);
            if (Run.Json)
            {
                Utf8JsonWriter row = Run.Rows.Begin("varint"u8);
                Run.Rows.WriteOffset(_offset);
                row.WriteNumber("value"u8, value);
                row.WriteNumber("length"u8, length);
                row.WriteBoolean("minimal"u8, length == minimum);
                Run.Rows.End();
                return;
            }

            Run.View.Element(_offset, string.Create(CultureInfo.InvariantCulture, $"{value}"));
            Run.View.Bits(first, 0xC0, "length", View.HumanView.Count(length) + (length == minimum ? "" : $", {minimum} would do"));
            Run.View.Bits(first, 0x3F, "value", string.Create(CultureInfo.InvariantCulture, $"0x{value:x}"));
        }
    }
}
