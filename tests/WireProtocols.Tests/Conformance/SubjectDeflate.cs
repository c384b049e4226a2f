using System.Buffers;
using System.IO.Compression;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.Conformance;

/// <summary>permessage-deflate of the subject.</summary>
internal sealed class SubjectDeflate(Defect defect, SubjectTerms terms) : IDisposable
{
    private readonly ManagedInflater _inflater = new(defect == Defect.SmallWindow ? 9 : 15);
    private readonly MemoryStream _output = new();
    private DeflateStream? _deflater;

    public void Dispose()
    {
        _deflater?.Dispose();
        _output.Dispose();
        _inflater.Dispose();
    }

    /// <returns>The code to fail with.</returns>
    public int? TryInflate(byte[] message, int most, int lastFragment, out byte[] inflated)
    {
        inflated = message;
        if (defect == Defect.TakesCompressedForPlain)
        {
            return null;
        }

        if (terms.PeerNoContext || defect == Defect.ClientContextForgotten)
        {
            _inflater.Reset();
        }

        _inflater.BeginMessage();
        if (defect == Defect.InflatesFragments)
        {
            message = [.. message.TakeLast(lastFragment)];
        }

        ArrayBufferWriter<byte> output = new();
        int? wrong = Inflate(message, most, output) ?? (_inflater.TryFinish() ? null : Inflate([0, 0, 0xFF, 0xFF], most, output));
        inflated = output.WrittenSpan.ToArray();
        if (wrong == 1007 && defect == Defect.BadDeflateIsEmpty)
        {
            inflated = [];
            return null;
        }

        return wrong is null && defect == Defect.NoFinalBlock && message.Length > 0 && (message[0] & 1) == 1 ? 1007 : wrong;
    }

    public bool TryDeflate(byte[] message, out byte[] compressed)
    {
        compressed = [];
        if (terms.OwnBits < 15 && defect != Defect.WindowIgnored)
        {
            // The platform's deflater has one window; what is not compressed keeps to any.
            return false;
        }

        if (message.Length == 0)
        {
            compressed = [0];
            return true;
        }

        if (terms.OwnNoContext && defect != Defect.ContextKept)
        {
            _deflater = null;
        }

        _output.SetLength(0);
        _deflater ??= new DeflateStream(_output, CompressionLevel.Fastest, leaveOpen: true);
        _deflater.Write(message);
        _deflater.Flush();
        byte[] all = _output.ToArray();
        compressed = defect == Defect.KeepsTail ? all : all[..^4];
        return true;
    }

    private int? Inflate(byte[] source, int most, ArrayBufferWriter<byte> output)
    {
        int at = 0;
        while (true)
        {
            OperationStatus status = _inflater.Inflate(source.AsSpan(at), output.GetSpan(64 * 1024), out int consumed, out int written);
            at += consumed;
            output.Advance(written);
            if (status == OperationStatus.InvalidData)
            {
                return 1007;
            }

            if (output.WrittenCount > most && defect != Defect.NoInflateLimit)
            {
                return 1009;
            }

            if (status != OperationStatus.DestinationTooSmall)
            {
                return null;
            }
        }
    }
}
