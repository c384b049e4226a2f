using System.Text;

namespace WireProtocols.Resume;

/// <summary>A message of a session.</summary>
/// <param name="Sequence">Its number in its direction, from 1 on; 0 before it has one.</param>
/// <param name="IsText">Whether it is UTF-8.</param>
/// <param name="Payload">Its bytes.</param>
public readonly record struct ResumeMessage(long Sequence, bool IsText, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The message as a string.</summary>
    public string GetText() => Encoding.UTF8.GetString(Payload.Span);

    /// <summary>The frame that carries it.</summary>
    internal ResumeFrame ToFrame()
        => new(IsText ? ResumeFrameType.Text : ResumeFrameType.Binary, Sequence, 0, default, Payload.Span);
}
