namespace WireProtocols.WebRtc;

/// <summary>Limits of channels. Immutable.</summary>
public sealed class DataChannelOptions
{
    /// <summary>The defaults.</summary>
    public static DataChannelOptions Default { get; } = new();

    /// <summary>Sizes, limits and times of the association.</summary>
    public SctpAssociationOptions Association { get; init; } = SctpAssociationOptions.Default;

    /// <summary>How many channels may be open. 256.</summary>
    public int MaxChannels
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = 256;

    /// <summary>How many bytes the labels and protocols of all channels may have that the peer has opened. 256 KiB.</summary>
    public int MaxNameBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 256 * 1024;
}
