using System.Net;
using System.Text;

namespace WireProtocols.MsQuic;

/// <summary>What msquic is asked about a connection and its streams, and told.</summary>
internal static unsafe class ConnectionParameters
{
    /// <summary>The longest reason of a close that msquic sends, with its end.</summary>
    public const int MaxReason = 512;

    public static IPEndPoint? GetAddress(NativeHandle handle, uint parameter)
    {
        byte* address = stackalloc byte[NativeAddress.Size];
        uint length = NativeAddress.Size;
        if (!handle.TryUse(out nint connection))
        {
            return null;
        }

        // In bounds: msquic writes an address, for which there is room.
        uint status = MsQuicApi.Get().Table->GetParam(connection, parameter, &length, address);
        handle.EndUse();
        return Status.HasFailed(status) ? null : NativeAddress.Read(address);
    }

    public static bool IsDatagramSendEnabled(nint connection)
    {
        byte isEnabled;
        uint length = 1;

        // In bounds: one byte is asked for, and the length says so.
        return !Status.HasFailed(MsQuicApi.Get().Table->GetParam(connection, Parameter.DatagramSendEnabled, &length, &isEnabled)) && isEnabled != 0;
    }

    public static long ReadStreamId(nint stream)
    {
        ulong id;
        uint length = sizeof(ulong);

        // In bounds: one number is asked for, and the length says so.
        MsQuicApi.Check(MsQuicApi.Get().Table->GetParam(stream, Parameter.StreamId, &length, &id), "tell a stream's id");
        return (long)id;
    }

    /// <summary>The reason that the peer has given, or null.</summary>
    public static string? ReadReason(nint connection)
    {
        byte* text = stackalloc byte[MaxReason];
        uint length = MaxReason;

        // In bounds: there is room for the longest reason, and the length that comes back is what was written, the zero at its end included.
        return Status.HasFailed(MsQuicApi.Get().Table->GetParam(connection, Parameter.CloseReason, &length, text)) || length < 2
            ? null
            : Encoding.UTF8.GetString(text, (int)length - 1);
    }

    /// <summary>Gives the reason of a close that is under way, on msquic's thread.</summary>
    public static void WriteReason(nint connection, string reason)
    {
        byte* text = stackalloc byte[MaxReason];
        System.Text.Unicode.Utf8.FromUtf16(reason.Replace('\0', ' '), new Span<byte>(text, MaxReason - 1), out _, out int written);
        text[written] = 0;

        // In bounds: the text was cut between characters to what there is room for, with a zero behind it; it is only read during the call.
        MsQuicApi.Get().Table->SetParam(connection, Parameter.CloseReason, (uint)written + 1, text);
    }
}
