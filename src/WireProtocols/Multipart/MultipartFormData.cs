using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace WireProtocols.Multipart;

/// <summary>
/// What parts of <c>multipart/form-data</c> say in <c>Content-Disposition</c> (RFC 7578 §4.2): the name of a field of the form, and that of a file.
/// Names are written and read as browsers do: quotation marks and line ends are percent-coded, and a backslash is one.
/// </summary>
/// <remarks>A name that holds one of these codes itself is read as what the code stands for: browsers have no way to say it.</remarks>
public static class MultipartFormData
{
    private const string Disposition = "Content-Disposition";
    private const string Type = "form-data";

    /// <summary>The fields of a part.</summary>
    /// <param name="name">The name of the field of the form.</param>
    /// <param name="fileName">The name of the file, or null where the part is none.</param>
    /// <param name="contentType">The media type, or null for text.</param>
    /// <exception cref="ArgumentException">A name holds control characters that are no line ends; the writer refuses those.</exception>
    public static OwnedMultipartField[] CreateFields(string name, string? fileName = null, string? contentType = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        string file = fileName is null ? "" : $"; filename=\"{Escape(fileName)}\"";
        OwnedMultipartField disposition = new(Disposition, $"{Type}; name=\"{Escape(name)}\"{file}");
        return contentType is null ? [disposition] : [disposition, new OwnedMultipartField("Content-Type", contentType)];
    }

    /// <summary>Reads the names that the fields of a part say.</summary>
    /// <param name="fields">The fields.</param>
    /// <param name="name">The name of the field of the form.</param>
    /// <param name="fileName">The name of the file, or null. It is the sender's: no path to be used as it is.</param>
    /// <returns>False where there is no <c>Content-Disposition</c> that says the name, or more than one.</returns>
    public static bool TryGetNames(MultipartFields fields, [NotNullWhen(true)] out string? name, out string? fileName)
    {
        name = fileName = null;
        string? disposition = null;
        foreach (MultipartField field in fields)
        {
            if (Ascii.EqualsIgnoreCase(field.Name, "content-disposition"u8))
            {
                if (disposition is not null)
                {
                    return false;
                }

                disposition = Encoding.UTF8.GetString(field.Value);
            }
        }

        return TryParse(disposition, out name, out fileName);
    }

    /// <summary>Reads the names in the value of <c>Content-Disposition</c>.</summary>
    /// <param name="disposition">For instance <c>form-data; name="a"; filename="b.txt"</c>.</param>
    /// <param name="name">The name of the field of the form.</param>
    /// <param name="fileName">The name of the file, or null.</param>
    /// <returns>False where it is no <c>form-data</c> that says the name, once.</returns>
    public static bool TryParse(string? disposition, [NotNullWhen(true)] out string? name, out string? fileName)
    {
        name = fileName = null;
        ReadOnlySpan<char> rest = disposition;
        if (!rest.StartsWith(Type, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        rest = rest[Type.Length..].Trim(" \t");
        while (!rest.IsEmpty)
        {
            ReadOnlySpan<char> parameter = default;
            string value = "";
            bool isRight = rest[0] == ';' && TryTake(ref rest, out parameter, out value);
            bool isName = parameter.Equals("name", StringComparison.OrdinalIgnoreCase);
            bool isFileName = parameter.Equals("filename", StringComparison.OrdinalIgnoreCase);
            if (!isRight || (isName && name is not null) || (isFileName && fileName is not null))
            {
                name = fileName = null;
                return false;
            }

            name = isName ? value : name;
            fileName = isFileName ? value : fileName;
        }

        fileName = name is null ? null : fileName;
        return name is not null;
    }

    private static bool TryTake(scoped ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> parameter, out string value)
    {
        value = "";
        rest = rest[1..].TrimStart(" \t");
        int equals = rest.IndexOf('=');
        parameter = equals < 0 ? rest : rest[..equals];
        if (equals <= 0 || parameter.ContainsAny(" \t;\""))
        {
            return false;
        }

        rest = rest[(equals + 1)..];
        bool isQuoted = rest.StartsWith("\"");
        rest = isQuoted ? rest[1..] : rest;
        int end = isQuoted ? rest.IndexOf('"') : rest.IndexOfAny("; \t\"");
        if (isQuoted && end < 0)
        {
            return false;
        }

        end = end < 0 ? rest.Length : end;
        value = isQuoted ? Unescape(rest[..end].ToString()) : rest[..end].ToString();
        rest = rest[(isQuoted ? end + 1 : end)..].TrimStart(" \t");
        return isQuoted || value.Length > 0;
    }

    private static string Escape(string text)
        => text.Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal)
            .Replace("\"", "%22", StringComparison.Ordinal);

    private static string Unescape(string text)
        => text.Replace("%0D", "\r", StringComparison.Ordinal).Replace("%0A", "\n", StringComparison.Ordinal)
            .Replace("%22", "\"", StringComparison.Ordinal);
}
