using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using WireProtocols.Http1;

namespace WireProtocols.Fuzz.Http1;

/// <content>Field lines, and what the framing fields say (§5, §6).</content>
public sealed partial class NaiveHttp1
{
    private void ParseField(char first)
    {
        if (first is ' ' or '\t')
        {
            throw new Broken(_fields.Count == 0 ? Http1ProtocolError.WhitespaceBeforeFirstField : Http1ProtocolError.ObsoleteLineFolding, _at);
        }

        if (_fields.Count == Limits.MaxFieldCount)
        {
            throw new Broken(Http1ProtocolError.TooManyFields, _at);
        }

        string name = Many(IsToken, Limits.MaxFieldLineLength, Http1ProtocolError.FieldLineTooLong);
        char c = Peek();
        if (name.Length == 0 || c != ':')
        {
            throw new Broken(
                c switch
                {
                    '\n' => Http1ProtocolError.BareLineFeed,
                    '\r' => Http1ProtocolError.MissingColon,
                    ' ' or '\t' when name.Length > 0 => Http1ProtocolError.WhitespaceBeforeColon,
                    _ => Http1ProtocolError.InvalidFieldName,
                },
                _at);
        }

        CheckName(name);
        Take(Limits.MaxFieldLineLength, Http1ProtocolError.FieldLineTooLong);
        string value = Many(IsFieldChar, Limits.MaxFieldLineLength, Http1ProtocolError.FieldLineTooLong);
        EndLine(Peek() == '\0' ? Http1ProtocolError.NulInFieldValue : Http1ProtocolError.InvalidFieldValue);
        string trimmed = value.Trim(' ', '\t');
        _fields.Add((name, trimmed));
        CheckValue(name, trimmed);
    }

    private void CheckName(string name)
    {
        if (_ignoresFraming)
        {
            return;
        }

        bool Has(string other) => _fields.Exists(f => f.Name.Equals(other, StringComparison.OrdinalIgnoreCase));
        Http1ProtocolError error = name.ToLowerInvariant() switch
        {
            "host" when _isRequest && Has("host") => Http1ProtocolError.DuplicateHost,
            "content-length" when Has("content-length") => Http1ProtocolError.DuplicateContentLength,
            "content-length" when Has("transfer-encoding") => Http1ProtocolError.ContentLengthWithTransferEncoding,
            "transfer-encoding" when _minor == '0' => Http1ProtocolError.TransferEncodingInHttp10,
            "transfer-encoding" when Has("content-length") => Http1ProtocolError.ContentLengthWithTransferEncoding,
            _ => Http1ProtocolError.None,
        };
        Throw(error, _lineStart);
    }

    private void CheckValue(string name, string value)
    {
        switch (_ignoresFraming ? "" : name.ToLowerInvariant())
        {
            case "host" when _isRequest && value.Length > 0 && !IsAuthority(value):
                throw new Broken(Http1ProtocolError.InvalidHost, -1);
            case "content-length" when value.Length == 0 || !value.All(char.IsAsciiDigit):
                // A number that grows too large before it breaks is too large.
                string digits = new([.. value.TakeWhile(char.IsAsciiDigit)]);
                throw new Broken(IsTooLarge(digits) ? Http1ProtocolError.ContentLengthTooLarge : Http1ProtocolError.InvalidContentLength, -1);
            case "content-length" when IsTooLarge(value):
                throw new Broken(Http1ProtocolError.ContentLengthTooLarge, -1);
            case "transfer-encoding":
                CheckCodings(atEnd: false);
                break;
            default:
                break;
        }
    }

    private static bool IsTooLarge(string digits)
        => digits.Length > 0 && BigInteger.Parse(digits, CultureInfo.InvariantCulture) > long.MaxValue;

    /// <summary>Judges all transfer codings so far, from left to right; what only the end decides, at the end.</summary>
    private void CheckCodings(bool atEnd)
    {
        List<string> names = [];
        bool chunked = false;
        foreach ((_, string value) in _fields.Where(f => f.Name.Equals("transfer-encoding", StringComparison.OrdinalIgnoreCase)))
        {
            string rest = value;
            while ((rest = rest.TrimStart(' ', '\t', ',')).Length > 0)
            {
                Match coding = TransferCoding.Match(rest);
                if (!coding.Success)
                {
                    throw new Broken(Http1ProtocolError.InvalidTransferEncoding, -1);
                }

                string name = coding.Groups["name"].Value.ToLowerInvariant();
                Throw(chunked && name == "chunked" ? Http1ProtocolError.ChunkedTwice : Http1ProtocolError.None, -1);
                Throw(chunked && _isRequest ? Http1ProtocolError.ChunkedNotFinal : Http1ProtocolError.None, -1);
                Throw(
                    name == "chunked" && coding.Groups["parameters"].Length > 0
                        ? Http1ProtocolError.InvalidTransferEncoding
                        : Http1ProtocolError.None,
                    -1);
                chunked |= name == "chunked";
                names.Add(name);
                rest = rest[coding.Length..];
            }
        }

        bool any = _fields.Exists(f => f.Name.Equals("transfer-encoding", StringComparison.OrdinalIgnoreCase));
        if (atEnd)
        {
            Throw(_isRequest && any && names is not [.., "chunked"] ? Http1ProtocolError.ChunkedNotFinal : Http1ProtocolError.None, -1);
            Throw(names.Exists(n => n != "chunked") ? Http1ProtocolError.UnsupportedTransferCoding : Http1ProtocolError.None, -1);
        }
    }

    private void CheckHead()
    {
        bool hasHost = _fields.Exists(f => f.Name.Equals("host", StringComparison.OrdinalIgnoreCase));
        Throw(_isRequest && _minor != '0' && !hasHost ? Http1ProtocolError.MissingHost : Http1ProtocolError.None, _at - 1);
        if (!_ignoresFraming)
        {
            CheckCodings(atEnd: true);
        }
    }
}
