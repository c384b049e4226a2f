using WireProtocols.Cli.Formats;
using WireProtocols.Http1;

namespace WireProtocols.Cli.Traffic;

/// <summary>The body that follows a head.</summary>
internal static class HttpBodies
{
    /// <param name="run">Where it is shown; offsets count from its first byte.</param>
    /// <param name="framing">Where it ends.</param>
    /// <param name="fields">The fields of its head.</param>
    /// <param name="question">The request that it answers; null in a request.</param>
    /// <param name="settings">What is shown.</param>
    /// <returns>Null where there is none.</returns>
    public static HttpBody? Create(FormatRun run, Http1BodyFraming framing, Http1Fields fields, HttpQuestion? question, TrafficSettings settings)
        => framing.Kind switch
        {
            Http1BodyKind.Chunked => new ChunkedBody(run, BodyContent.Create(run.Behind(), isCoded: true, fields, question)),
            Http1BodyKind.Length => new PlainBody(run, framing.Length, BodyContent.Create(run, isCoded: false, fields, question), settings),
            Http1BodyKind.UntilClose => new PlainBody(run, null, BodyContent.Create(run, isCoded: false, fields, question), settings),
            _ => null,
        };
}
