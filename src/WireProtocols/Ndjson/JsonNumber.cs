namespace WireProtocols.Ndjson;

/// <summary>Where a number stands in <c>number = [ minus ] int [ frac ] [ exp ]</c> (RFC 8259 §6).</summary>
internal enum JsonNumberState : byte
{
    /// <summary>Before the first byte, a minus or a digit.</summary>
    Start,
    Minus,
    Zero,
    Integer,
    Point,
    Fraction,
    ExponentMark,
    ExponentSign,
    Exponent,
}

/// <summary>The numbers of JSON, byte by byte.</summary>
internal static class JsonNumber
{
    /// <summary>Whether a number may end here.</summary>
    public static bool MayEnd(JsonNumberState state)
        => state is JsonNumberState.Zero or JsonNumberState.Integer or JsonNumberState.Fraction or JsonNumberState.Exponent;

    /// <summary>Takes the bytes of a number, as far as they belong to it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where the number goes on; behind it afterwards, or at the byte that cannot follow.</param>
    /// <param name="state">Where the number stands, before and after.</param>
    public static void Take(ReadOnlySpan<byte> text, ref int at, ref JsonNumberState state)
    {
        for (; at < text.Length; at++)
        {
            bool isInDigits = state is JsonNumberState.Integer or JsonNumberState.Fraction or JsonNumberState.Exponent;
            if (!(isInDigits && char.IsAsciiDigit((char)text[at])) && !TryStep(text[at], ref state))
            {
                return;
            }
        }
    }

    private static bool TryStep(byte value, ref JsonNumberState state) => value switch
    {
        // "Leading zeros are not allowed."
        >= (byte)'0' and <= (byte)'9' => state != JsonNumberState.Zero && Go(ref state, AfterDigit(value, state)),
        (byte)'.' => state is JsonNumberState.Zero or JsonNumberState.Integer && Go(ref state, JsonNumberState.Point),
        (byte)'e' or (byte)'E' => state is JsonNumberState.Zero or JsonNumberState.Integer or JsonNumberState.Fraction
            && Go(ref state, JsonNumberState.ExponentMark),
        (byte)'-' when state == JsonNumberState.Start => Go(ref state, JsonNumberState.Minus),
        (byte)'+' or (byte)'-' => state == JsonNumberState.ExponentMark && Go(ref state, JsonNumberState.ExponentSign),
        _ => false,
    };

    private static JsonNumberState AfterDigit(byte value, JsonNumberState state) => state switch
    {
        JsonNumberState.Start or JsonNumberState.Minus => value == '0' ? JsonNumberState.Zero : JsonNumberState.Integer,
        JsonNumberState.Integer => JsonNumberState.Integer,
        JsonNumberState.Point or JsonNumberState.Fraction => JsonNumberState.Fraction,
        _ => JsonNumberState.Exponent,
    };

    private static bool Go(ref JsonNumberState state, JsonNumberState next)
    {
        state = next;
        return true;
    }
}
