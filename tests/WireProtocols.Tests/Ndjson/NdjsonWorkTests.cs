using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.ExceptionServices;
using System.Text;
using WireProtocols.Ndjson;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Ndjson;

/// <summary>Work is linear in the bytes, whatever the bytes: inputs that would make a naive reader start over are doubled, and the work is
/// counted.</summary>
public class NdjsonWorkTests
{
    private const int Length = 4096;

    /// <summary>Each makes an input of about the given length.</summary>
    public static TheoryData<string, NdjsonFormat> Worst { get; } = new()
    {
        { "one text with a line feed a byte", NdjsonFormat.TextSequence },
        { "one text of numbers, each on its line", NdjsonFormat.TextSequence },
        { "one string in one text", NdjsonFormat.TextSequence },
        { "separators alone", NdjsonFormat.TextSequence },
        { "white space behind a text", NdjsonFormat.TextSequence },
        { "a bad text without end", NdjsonFormat.TextSequence },
        { "one line", NdjsonFormat.Lines },
        { "empty lines", NdjsonFormat.Lines },
        { "bad lines", NdjsonFormat.Lines },
        { "a line too long without end", NdjsonFormat.Lines },
    };

    [Theory]
    [MemberData(nameof(Worst))]
    public Task Bytes_are_offered_and_looked_into_once(string name, NdjsonFormat format) => Work.IsLinearAsync(Length, async (length, work) =>
    {
        byte[] input = Encoding.ASCII.GetBytes(Input(name, length));
        NdjsonOptions options = new()
        {
            Format = format,
            ContinueOnError = true,
            IgnoreEmptyLines = true,
            MaxRecordLength = name.Contains("too long") ? Length / 2 : NdjsonOptions.Default.MaxRecordLength,
        };
        await Trickle.RunAsync(input, 7, async pipe =>
        {
            using NdjsonReader reader = new(new CountingPipeReader(pipe, work), options);
            while (await reader.WaitToReadAsync())
            {
                while (reader.TryRead(out NdjsonRecord _))
                {
                }
            }

            return 0;
        });
        using NdjsonDecoder decoder = new(options);
        DecodeInPieces(decoder, input);
        work.Add(decoder.CheckedLength);
        Assert.True(decoder.CheckedLength <= input.Length);
    });

    [Theory]
    [InlineData("{\"id\":}\n")]
    [InlineData("nope\n")]
    [InlineData("{\"id\":1\n")]
    public async Task A_bad_record_costs_no_exception(string line)
    {
        byte[] input = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(line, 100)));
        int thrown = 0;
        int thread = 0;
        void Count(object? sender, FirstChanceExceptionEventArgs e) => thrown += Environment.CurrentManagedThreadId == thread ? 1 : 0;
        AppDomain.CurrentDomain.FirstChanceException += Count;
        try
        {
            using NdjsonReader typed = new(PipeReader.Create(new ReadOnlySequence<byte>(input)));
            int bad = 0;
            while (await typed.WaitToReadAsync())
            {
                // Tests beside this one run on other threads; no await stands between here and the last record.
                thread = Environment.CurrentManagedThreadId;
                while (typed.TryRead(SampleContext.Default.Sample, out NdjsonResult<Sample> result))
                {
                    bad += result.IsSuccess ? 0 : 1;
                }

                using NdjsonDecoder decoder = new(new NdjsonOptions { ContinueOnError = true });
                DecodeInPieces(decoder, input);
                thread = 0;
            }

            Assert.Equal(100, bad);
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Count;
        }

        Assert.Equal(0, thrown);
    }

    private static string Input(string name, int length) => name switch
    {
        "one text with a line feed a byte" => "\u001e[1," + new string('\n', length),
        "one text of numbers, each on its line" => "\u001e[1" + string.Concat(Enumerable.Repeat("\n,22", length / 4)) + "]\n",
        "one string in one text" => "\u001e\"" + new string('x', length) + "\"\n",
        "separators alone" => new string('\u001e', length),
        "white space behind a text" => "\u001e1\n" + new string('\n', length),
        "a bad text without end" => "\u001enope" + new string('\n', length),
        "one line" => "\"" + new string('x', length) + "\"\n",
        "empty lines" => new string('\n', length),
        "bad lines" => string.Concat(Enumerable.Repeat("[,\n", length / 3)),
        _ => new string('1', length),
    };

    private static void DecodeInPieces(NdjsonDecoder decoder, byte[] input)
    {
        for (int start = 0; start < input.Length; start += 7)
        {
            ReadOnlySpan<byte> piece = input.AsSpan(start, Math.Min(7, input.Length - start));
            while (decoder.Decode(piece, out int consumed, out _) == OperationStatus.Done)
            {
                piece = piece[consumed..];
            }
        }
    }
}
