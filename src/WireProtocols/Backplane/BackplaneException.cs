namespace WireProtocols.Backplane;

/// <summary>The backplane cannot be reached, or cannot take any more.</summary>
public sealed class BackplaneException : IOException
{
    /// <param name="message">What is wrong.</param>
    /// <param name="innerException">Why; null where nothing else is behind it.</param>
    public BackplaneException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
