using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.Cli.Serve.Watch;

/// <summary>Hides, in a head that others are shown, who its sender is: each byte of such a value becomes an asterisk.</summary>
internal static class SecretFields
{
    private static readonly string[] Names = ["Cookie", "Authorization", "Proxy-Authorization"];

    /// <summary>A copy of the head, as long as the head itself.</summary>
    /// <param name="head">The head.</param>
    /// <param name="hidden">Offset and length of each run of asterisks.</param>
    public static byte[] Hide(Http1RequestHead head, out int[] hidden)
    {
        byte[] shown = head.Bytes.ToArray();
        List<int> runs = [];
        foreach (Http1Field field in head.Fields)
        {
            if (IsSecret(field.Name) && head.Bytes.Overlaps(field.Value, out int offset))
            {
                shown.AsSpan(offset, field.Value.Length).Fill((byte)'*');
                runs.AddRange(offset, field.Value.Length);
            }
        }

        hidden = [.. runs];
        return shown;
    }

    private static bool IsSecret(ReadOnlySpan<byte> name)
    {
        foreach (string secret in Names)
        {
            if (Ascii.EqualsIgnoreCase(name, secret))
            {
                return true;
            }
        }

        return false;
    }
}
