using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.Cli.Serve.Watch;

/// <summary>Hides, in a head that others are shown, who its sender is: each byte of such a value becomes an asterisk.</summary>
internal static class SecretFields
{
    private static readonly string[] Names = ["Cookie", "Authorization", "Proxy-Authorization"];

    /// <summary>A copy of the head, as long as the head itself.</summary>
    public static byte[] Hide(Http1RequestHead head)
    {
        byte[] shown = head.Bytes.ToArray();
        foreach (Http1Field field in head.Fields)
        {
            if (IsSecret(field.Name) && head.Bytes.Overlaps(field.Value, out int offset))
            {
                shown.AsSpan(offset, field.Value.Length).Fill((byte)'*');
            }
        }

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
