using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Threading.Channels;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets.Conformance;

/// <summary>Stands between the examiner and the library's connection: brings the bytes over in a way of its own, and keeps what both said.</summary>
/// <param name="examiner">The other end is the examiner's.</param>
/// <param name="library">The other end is the library's.</param>
/// <param name="way">How the bytes of the examiner come over.</param>
/// <param name="role">The role of the library.</param>
internal sealed class ConformanceRelay(IDuplexPipe examiner, IDuplexPipe library, PlayWay way, WebSocketRole role)
{
    private const int Many = 4096;
    private readonly FrameWalk _sent = new();
    private readonly FrameWalk _answered = new();
    private readonly ArrayBufferWriter<byte> _sentBytes = new();
    private readonly Channel<RawFrame> _answers = Channel.CreateUnbounded<RawFrame>();
    private int _headLength;

    /// <summary>What the examiner sent behind the head.</summary>
    public ReadOnlySpan<byte> Sent => _sentBytes.WrittenSpan[_headLength..];

    /// <summary>The head that the library wrote.</summary>
    public string Head { get; private set; } = "";

    /// <summary>The frames that came back.</summary>
    public IReadOnlyList<RawFrame> Answered => _answered.Frames;

    /// <summary>Runs until both directions have ended.</summary>
    public Task RunAsync() => Task.WhenAll(Task.Run(ForthAsync), Task.Run(BackAsync));

    private async Task ForthAsync()
    {
        await EndAsync(examiner.Input, library.Output, async bytes =>
        {
            int at = 0;
            while (at < bytes.Length)
            {
                int count = _sent.Take(bytes.AsSpan(at), out bool isEnd);
                _sentBytes.Write(bytes.AsSpan(at, count));
                bool isHead = isEnd && _sent.Frames.Count == 0;
                if (isHead)
                {
                    _headLength = _sentBytes.WrittenCount;
                }

                if (!await SendAsync(bytes.AsMemory(at, count)))
                {
                    return false;
                }

                at += count;
                if (isHead && way == PlayWay.BehindMessage)
                {
                    byte[] first = RawFrame.Text("a").ToBytes(masked: role == WebSocketRole.Server);
                    _sentBytes.Write(first);
                    await library.Output.WriteAsync(first);
                }

                if (way == PlayWay.InLockStep && isEnd && !isHead && _sent.Frames[^1].IsAnswered
                    && await _answers.Reader.WaitToReadAsync().AsTask().WaitAsync(EchoRun.Patience))
                {
                    await _answers.Reader.ReadAsync();
                }
            }

            return true;
        });
    }

    /// <returns>False where the library takes no more.</returns>
    private async Task<bool> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int count = way != PlayWay.InPieces ? bytes.Length : Math.Min(_sentBytes.WrittenCount > Many ? 997 : 1, bytes.Length);
            if ((await library.Output.WriteAsync(bytes[..count])).IsCompleted)
            {
                return false;
            }

            bytes = bytes[count..];
        }

        return true;
    }

    private async Task BackAsync()
    {
        await EndAsync(library.Input, examiner.Output, async bytes =>
        {
            int at = 0;
            while (at < bytes.Length)
            {
                bool isOfHead = !_answered.IsBehindHead;
                bool isOfFirst = way == PlayWay.BehindMessage && !isOfHead && _answered.Frames.Count == 0;
                int count = _answered.Take(bytes.AsSpan(at), out bool isEnd);
                Head += isOfHead ? Encoding.Latin1.GetString(bytes, at, count) : "";
                if (isEnd && !isOfHead)
                {
                    _answers.Writer.TryWrite(_answered.Frames[^1]);
                    _ = _answered.Frames[^1].Opcode == 8 && _answers.Writer.TryComplete();
                }

                if (!isOfFirst && (await examiner.Output.WriteAsync(bytes.AsMemory(at, count))).IsCompleted)
                {
                    return false;
                }

                at += count;
            }

            return true;
        });
        _answers.Writer.TryComplete();
    }

    /// <summary>Moves bytes until one end is over, and tells the other.</summary>
    private static async Task EndAsync(PipeReader input, PipeWriter output, Func<byte[], Task<bool>> move)
    {
        Exception? reason = null;
        try
        {
            while (true)
            {
                ReadResult read = await input.ReadAsync();
                byte[] bytes = read.Buffer.ToArray();
                input.AdvanceTo(read.Buffer.End);
                if (!await move(bytes) || read.IsCompleted)
                {
                    break;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or WireProtocolException)
        {
            reason = exception;
        }
        finally
        {
            await input.CompleteAsync();
            await output.CompleteAsync(reason);
        }
    }
}
