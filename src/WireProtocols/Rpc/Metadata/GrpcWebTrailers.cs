using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace WireProtocols.Rpc;

/// <summary>
/// The last envelope of a response of gRPC-Web: "Key-value pairs encoded as a HTTP/1 headers block (without the terminating newline)"
/// (PROTOCOL-WEB §Protocol differences).
/// </summary>
public static class GrpcWebTrailers
{
    // The characters of a token (RFC 9110 §5.6.2).
    private static readonly SearchValues<byte> Token
        = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>Reads a block. Names may be in any case, as HTTP has it, and are made lower-case.</summary>
    /// <param name="block">The whole block.</param>
    /// <param name="isLenient">Lets lines end with LF alone, the last line have no end, and an empty line follow.</param>
    /// <param name="end">What it says.</param>
    /// <param name="error">Which rule is broken.</param>
    /// <param name="errorIndex">The offending byte.</param>
    /// <returns>False where a rule is broken.</returns>
    public static bool TryDecode(
        ReadOnlySpan<byte> block, bool isLenient, [NotNullWhen(true)] out RpcEnd? end, out RpcProtocolError error, out int errorIndex)
    {
        List<(string Name, string Value)> fields = [];
        end = null;
        error = RpcProtocolError.TrailersMalformed;
        errorIndex = 0;
        bool hasStatus = false;
        for (int start = 0; start < block.Length;)
        {
            if (!TryTakeLine(block, start, isLenient, out int length, out int next, out errorIndex))
            {
                return false;
            }

            ReadOnlySpan<byte> line = block.Slice(start, length);
            if (line.IsEmpty && isLenient && next == block.Length)
            {
                break;
            }

            if (!TryReadField(line, out (string Name, string Value) field, out int index))
            {
                errorIndex = start + index;
                return false;
            }

            bool isStatus = field.Name.Equals("grpc-status", StringComparison.OrdinalIgnoreCase);
            if (isStatus && hasStatus)
            {
                error = RpcProtocolError.StatusRepeated;
                errorIndex = start;
                return false;
            }

            hasStatus |= isStatus;
            fields.Add(field);
            start = next;
        }

        error = RpcProtocolError.None;
        errorIndex = 0;
        end = RpcEnd.FromTrailers(fields);
        return true;
    }

    /// <summary>Writes a block.</summary>
    public static void Write(RpcEnd end, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(end);
        ArgumentNullException.ThrowIfNull(output);
        foreach ((string name, string value) in end.ToTrailers())
        {
            Encoding.ASCII.GetBytes(name, output);
            output.Write(": "u8);
            Encoding.ASCII.GetBytes(value, output);
            output.Write("\r\n"u8);
        }
    }

    /// <summary>Finds the end of a line: its length without its end, and where the next one begins.</summary>
    private static bool TryTakeLine(
        ReadOnlySpan<byte> block, int start, bool isLenient, out int length, out int next, out int errorIndex)
    {
        int lineFeed = block[start..].IndexOf((byte)'\n');
        length = lineFeed < 0 ? block.Length - start : lineFeed;
        next = lineFeed < 0 ? block.Length : start + lineFeed + 1;
        errorIndex = start + length;
        bool hasReturn = length > 0 && block[start + length - 1] == '\r';
        length -= hasReturn ? 1 : 0;
        return isLenient || (lineFeed >= 0 && hasReturn);
    }

    private static bool TryReadField(ReadOnlySpan<byte> line, out (string Name, string Value) field, out int errorIndex)
    {
        field = default;
        int colon = line.IndexOf((byte)':');
        ReadOnlySpan<byte> name = colon < 0 ? line : line[..colon];
        int bad = name.IndexOfAnyExcept(Token);
        if (colon <= 0 || bad >= 0)
        {
            errorIndex = bad >= 0 ? bad : name.Length;
            return false;
        }

        ReadOnlySpan<byte> value = line[(colon + 1)..];
        for (int i = 0; i < value.Length; i++)
        {
            if ((value[i] < ' ' && value[i] != '\t') || value[i] == 0x7F)
            {
                errorIndex = colon + 1 + i;
                return false;
            }
        }

        errorIndex = 0;
        field = (Encoding.ASCII.GetString(name).ToLowerInvariant(), Encoding.Latin1.GetString(value.Trim(" \t"u8)));
        return true;
    }
}
