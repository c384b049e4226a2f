namespace WireProtocols.InteropTests.WebTransport.Carriers;

/// <summary>Bytes that say which stream they are of and where in it: what is lost, doubled or out of order is seen.</summary>
public static class StreamPattern
{
    public static byte At(long streamId, long offset) => (byte)((offset * 31) + (offset >> 8) + (offset >> 16) + (streamId * 7));

    public static byte[] Make(long streamId, long offset, int count)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++)
        {
            bytes[i] = At(streamId, offset + i);
        }

        return bytes;
    }

    /// <returns>Where the first wrong byte is, or -1.</returns>
    public static long FindFault(long streamId, long offset, ReadOnlySpan<byte> data)
    {
        for (int i = 0; i < data.Length; i++)
        {
            if (data[i] != At(streamId, offset + i))
            {
                return offset + i;
            }
        }

        return -1;
    }
}
