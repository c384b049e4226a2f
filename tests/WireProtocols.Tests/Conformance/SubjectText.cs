using System.Text;

namespace WireProtocols.Tests.Conformance;

/// <summary>UTF-8 as the subject sees it.</summary>
internal static class SubjectText
{
    /// <summary>Whether what has come of a text may go on: checked at the end of each fragment, with the whole behind it.</summary>
    public static bool MayBegin(byte[] message, byte[] fragment, bool fin, Defect defect) => defect switch
    {
        Defect.Utf8PerFrame => IsText(fragment, Defect.None),
        Defect.Utf8InFragmentsUnchecked when !fin || fragment.Length < message.Length => true,
        Defect.Utf8FirstPart => IsText(message.AsSpan(0, Math.Min(64, message.Length)), Defect.None) || message.Length > 64,
        Defect.NoUtf8 or Defect.ReplacesBadText => true,
        _ => !fin || IsText(message, defect),
    };

    public static byte[] Change(byte[] message, Defect defect) => defect switch
    {
        Defect.ReplacesBadText => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(message)),
        Defect.StripsBom when message.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) => message[3..],

        // The subject sends what it was sent where that is text; where it is not, it must not break a rule of its own besides.
        _ => IsText(message, Defect.None) ? message : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(message)),
    };

    /// <summary>A transcription of RFC 3629 §4, a character at a time.</summary>
    public static bool IsText(ReadOnlySpan<byte> bytes, Defect defect)
    {
        for (int i = 0; i < bytes.Length;)
        {
            byte first = bytes[i];
            int length = first switch { < 0x80 => 1, >= 0xC0 and < 0xE0 => 2, >= 0xE0 and < 0xF0 => 3, >= 0xF0 and < 0xF8 => 4, _ => 0 };
            if (length == 0)
            {
                return false;
            }

            int scalar = length == 1 ? first : first & (0x7F >> length);
            for (int k = 1; k < length; k++)
            {
                if (i + k >= bytes.Length)
                {
                    return defect == Defect.CutOffEnd;
                }

                if ((bytes[i + k] & 0xC0) != 0x80)
                {
                    return false;
                }

                scalar = (scalar << 6) | (bytes[i + k] & 0x3F);
            }

            int least = length switch { 1 => 0, 2 => 0x80, 3 => 0x800, _ => 0x10000 };
            if ((scalar < least && defect != Defect.Overlong) || (scalar is >= 0xD800 and < 0xE000 && defect != Defect.Surrogates)
                || (scalar > 0x10FFFF && defect != Defect.AboveLastPlane) || (defect == Defect.RefusesNoncharacters && (scalar & 0xFFFE) == 0xFFFE)
                || (defect == Defect.RefusesNul && scalar == 0))
            {
                return false;
            }

            i += length;
        }

        return true;
    }
}
