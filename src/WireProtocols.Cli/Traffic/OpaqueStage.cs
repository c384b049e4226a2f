using System.Text.Json;
using WireProtocols.Cli.Formats;
using WireProtocols.Cli.View;

namespace WireProtocols.Cli.Traffic;

/// <summary>Bytes that are not decoded: shown as they are, or only counted where they are encrypted.</summary>
/// <param name="run">Where they are shown; offsets count from where this begins.</param>
/// <param name="what">What they are, where that is known.</param>
/// <param name="isShown">Whether they are shown.</param>
internal sealed class OpaqueStage(FormatRun run, string? what = null, bool isShown = true) : TrafficStage
{
    private long _position;
    private bool _isTold = what is null;

    public override int Feed(ReadOnlySpan<byte> bytes)
    {
        if (!_isTold)
        {
            _isTold = true;
            Tell();
        }

        if (isShown)
        {
            Show(bytes);
        }

        _position += bytes.Length;
        return bytes.Length;
    }

    private void Tell()
    {
        if (!run.Json)
        {
            run.View.Element(0, $"{what}, which is not decoded");
            return;
        }

        Utf8JsonWriter row = run.Rows.Begin("opaque"u8);
        run.Rows.WriteOffset(0);
        row.WriteString("what"u8, what);
        run.Rows.End();
    }

    private void Show(ReadOnlySpan<byte> bytes)
    {
        if (run.Json)
        {
            run.Rows.Begin("data"u8);
            run.Rows.WriteOffset(_position);
            run.Rows.WritePayload(bytes);
            run.Rows.End();
            return;
        }

        run.View.Element(_position, $"data, {HumanView.Count(bytes.Length)}");
        run.View.Payload(bytes, bytes.Length);
    }
}
