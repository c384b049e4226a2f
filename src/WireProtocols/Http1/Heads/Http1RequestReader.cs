using System.IO.Pipelines;

namespace WireProtocols.Http1;

/// <summary>Reads request heads from a pipe and leaves what follows a head in it.</summary>
public sealed class Http1RequestReader : Http1HeadReader<Http1RequestHead, OwnedHttp1RequestHead>
{
    /// <summary>Makes a reader. It never completes the pipe.</summary>
    /// <param name="input">The bytes.</param>
    /// <param name="options">Limits and leniencies; null for the defaults.</param>
    public Http1RequestReader(PipeReader input, Http1Options? options = null)
        : base(input, new Http1RequestDecoder(options))
    {
    }

    private protected override OwnedHttp1RequestHead Copy(Http1RequestHead head) => head.ToOwned();
}
