using System.IO.Pipelines;

namespace WireProtocols.Http1;

/// <summary>Reads response heads from a pipe and leaves what follows a head in it.</summary>
public sealed class Http1ResponseReader : Http1HeadReader<Http1ResponseHead, OwnedHttp1ResponseHead>
{
    private readonly Http1ResponseDecoder _decoder;

    /// <summary>Makes a reader. It never completes the pipe.</summary>
    /// <param name="input">The bytes.</param>
    /// <param name="options">Limits and leniencies; null for the defaults.</param>
    public Http1ResponseReader(PipeReader input, Http1Options? options = null)
        : this(input, new Http1ResponseDecoder(options))
    {
    }

    private Http1ResponseReader(PipeReader input, Http1ResponseDecoder decoder)
        : base(input, decoder) => _decoder = decoder;

    /// <inheritdoc cref="Http1ResponseDecoder.AnswersConnect"/>
    public bool AnswersConnect
    {
        get => _decoder.AnswersConnect;
        set => _decoder.AnswersConnect = value;
    }

    private protected override OwnedHttp1ResponseHead Copy(Http1ResponseHead head) => head.ToOwned();
}
