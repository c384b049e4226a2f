using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace WireProtocols.Multipart;

/// <summary>
/// A boundary: "1 to 70 characters from a set of characters known to be very robust", the last of which is no space (RFC 2046 §5.1.1).
/// </summary>
public sealed class MultipartBoundary
{
    private const int MaxLength = 70;
    private const int RandomBytes = 16;
    private const string Parameter = "boundary";

    // bcharsnospace; a space may stand inside as well.
    private static readonly SearchValues<char> Characters
        = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'()+_,-./:=? ");

    private static readonly SearchValues<char> TokenCharacters
        = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Creates a boundary.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public MultipartBoundary(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (!IsBoundary(value))
        {
            throw new ArgumentException("A boundary is 1 to 70 letters, digits, spaces and '()+_,-./:=?, and ends in no space.", nameof(value));
        }

        Value = value;
        Delimiter = Encoding.ASCII.GetBytes("\r\n--" + value);
    }

    /// <summary>The boundary, without the hyphens before it.</summary>
    public string Value { get; }

    /// <summary>CRLF, two hyphens and the boundary: what ends the body of a part.</summary>
    internal byte[] Delimiter { get; }

    /// <summary>A boundary that nobody can guess, so that no body holds it.</summary>
    public static MultipartBoundary Create() => new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes)));

    /// <summary>Finds the boundary in the value of <c>Content-Type</c>.</summary>
    /// <param name="contentType">For instance <c>multipart/form-data; boundary=x</c>.</param>
    /// <param name="boundary">The boundary.</param>
    /// <returns>False where it is no multipart type, or does not have one boundary that is right.</returns>
    public static bool TryFind(string? contentType, [NotNullWhen(true)] out MultipartBoundary? boundary)
    {
        boundary = null;
        ReadOnlySpan<char> rest = contentType.AsSpan().Trim(" \t");
        int end = rest.IndexOf(';');
        if (end < 0 || !rest.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        string? found = null;
        for (rest = rest[end..]; !rest.IsEmpty; rest = rest.TrimStart(" \t"))
        {
            if (rest[0] != ';' || !TryTakeParameter(ref rest, out ReadOnlySpan<char> name, out string value))
            {
                return false;
            }

            if (name.Equals(Parameter, StringComparison.OrdinalIgnoreCase))
            {
                if (found is not null)
                {
                    return false;
                }

                found = value;
            }
        }

        boundary = found is not null && IsBoundary(found) ? new MultipartBoundary(found) : null;
        return boundary is not null;
    }

    /// <summary>The value of <c>Content-Type</c> for a body with this boundary.</summary>
    /// <param name="subtype">For instance <c>form-data</c>.</param>
    /// <exception cref="ArgumentException">The subtype is no token.</exception>
    public string ToContentType(string subtype)
    {
        ArgumentException.ThrowIfNullOrEmpty(subtype);
        if (subtype.AsSpan().ContainsAnyExcept(TokenCharacters))
        {
            throw new ArgumentException("A subtype is a token.", nameof(subtype));
        }

        string quote = Value.AsSpan().ContainsAnyExcept(TokenCharacters) ? "\"" : "";
        return $"multipart/{subtype}; {Parameter}={quote}{Value}{quote}";
    }

    /// <summary>The boundary, without the hyphens before it.</summary>
    public override string ToString() => Value;

    private static bool IsBoundary(string value)
        => value.Length is > 0 and <= MaxLength && !value.AsSpan().ContainsAnyExcept(Characters) && value[^1] != ' ';

    /// <summary>Takes <c>; name=value</c>, or a semicolon that nothing follows.</summary>
    private static bool TryTakeParameter(ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> name, out string value)
    {
        value = "";
        rest = rest[1..].TrimStart(" \t");
        name = TakeToken(ref rest);
        if (name.IsEmpty)
        {
            return rest.IsEmpty || rest[0] == ';';
        }

        if (rest.IsEmpty || rest[0] != '=')
        {
            return false;
        }

        rest = rest[1..];
        if (rest.IsEmpty || rest[0] != '"')
        {
            // Some senders leave out the quotes around characters that want them.
            int end = rest.IndexOfAny(";, \t\"");
            value = (end < 0 ? rest : rest[..end]).ToString();
            rest = end < 0 ? default : rest[end..];
            return value.Length > 0;
        }

        return TryTakeQuoted(ref rest, out value);
    }

    private static ReadOnlySpan<char> TakeToken(ref ReadOnlySpan<char> rest)
    {
        int length = rest.IndexOfAnyExcept(TokenCharacters);
        length = length < 0 ? rest.Length : length;
        ReadOnlySpan<char> token = rest[..length];
        rest = rest[length..];
        return token;
    }

    private static bool TryTakeQuoted(ref ReadOnlySpan<char> rest, out string value)
    {
        StringBuilder text = new();
        for (int i = 1; i < rest.Length; i++)
        {
            if (rest[i] == '"')
            {
                value = text.ToString();
                rest = rest[(i + 1)..];
                return true;
            }

            i += rest[i] == '\\' ? 1 : 0;
            text.Append(i < rest.Length ? rest[i] : '"');
        }

        value = "";
        return false;
    }
}
