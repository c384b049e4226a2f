using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using WireProtocols.Http1;
using WireProtocols.Multipart;

namespace WireProtocols.InteropTests.Multipart;

/// <summary>
/// Forms that Chromium sends, by fetch and by a <c>form</c> that is submitted. Its names are escaped as the HTML standard has it: quotation marks and
/// line ends percent-coded, and nothing else.
/// </summary>
public sealed class ChromiumTests
{
    private const int FileSize = 3 * 1024 * 1024 + 17;

    private const string Page = """
        <!doctype html><meta charset="utf-8"><title>form</title>
        <form id="form" method="post" enctype="multipart/form-data" action="/upload" target="answer"></form>
        <iframe name="answer"></iframe>
        """;

    /// <summary>Names, and what of them arrives. Line ends of names and of text are CRLF, whatever they were.</summary>
    private static readonly (string Name, string Arrives)[] Names =
    [
        ("plain", "plain"),
        ("a \"quoted\" name", "a \"quoted\" name"),
        ("two\r\nlines", "two\r\nlines"),
        ("line\nfeed", "line\r\nfeed"),
        ("ä€😀", "ä€😀"),
        ("back\\slash; name=\"other\"", "back\\slash; name=\"other\""),
        ("", ""),
        ("100%25", "100%25"),
    ];

    [Theory]
    [InlineData("fetch")]
    [InlineData("form")]
    public async Task What_it_sends_is_what_we_read(string how)
    {
        await using Chromium? browser = await Chromium.TryStartAsync();
        Assert.SkipWhen(browser is null, "Chromium is not installed.");
        Uploads uploads = new();
        await using LoopbackServer server = new(uploads.HandleAsync);
        using Chromium.Page page = await browser!.OpenAsync(server.Uri.ToString());
        JsonNode? sent = await page.EvaluateAsync($$"""
            (async () => {
              const names = {{JsonSerializer.Serialize(Names.Select(n => n.Name))}};
              const bytes = new Uint8Array({{FileSize}}).map((_, i) => (i * 31) ^ (i >> 8));
              const data = new FormData();
              const form = document.getElementById('form');
              const add = (name, value) => {
                data.append(name, value);
                const input = document.createElement(typeof value === 'string' ? 'textarea' : 'input');
                input.name = name;
                if (typeof value === 'string') {
                  input.value = value;
                } else {
                  input.type = 'file';
                  const list = new DataTransfer();
                  list.items.add(value);
                  input.files = list.files;
                }
                form.append(input);
              };
              for (const name of names) {
                add(name, `value of ${name}`);
                add(`f ${name}`, new File(['short'], `${name}.bin`, { type: 'text/x-odd' }));
              }
              add('large', new File([bytes, '\r\n--', bytes], 'large.bin'));
              if ('{{how}}' === 'fetch') {
                await (await fetch('/upload', { method: 'POST', body: data })).text();
              } else {
                const answered = new Promise(resolve => document.querySelector('iframe').addEventListener('load', resolve));
                form.submit();
                await answered;
              }
              return names.length;
            })()
            """);
        Assert.Equal(Names.Length, (int)sent!);
        Upload upload = await uploads.Whole;
        List<string> expected = [];
        foreach ((string name, string arrives) in Names)
        {
            // A form leaves out what has no name.
            if (how == "fetch" || name.Length > 0)
            {
                expected.Add($"{arrives}||{Hash(Encoding.UTF8.GetBytes($"value of {arrives}"))}");
            }

            // Line ends of file names stay what they are.
            expected.Add($"f {arrives}|{name}.bin|{Hash("short"u8)}");
        }

        byte[] bytes = [.. Enumerable.Range(0, FileSize).Select(i => (byte)((i * 31) ^ (i >> 8)))];
        expected.Add($"large|large.bin|{Hash([.. bytes, .. "\r\n--"u8, .. bytes])}");
        Assert.Equal(expected, upload.Parts);

        // As it stands in the bytes: percent-coded, and nothing but these three.
        Assert.Contains("form-data; name=\"a %22quoted%22 name\"", upload.Dispositions);
        Assert.Contains("form-data; name=\"two%0D%0Alines\"", upload.Dispositions);
        Assert.Contains("form-data; name=\"100%25\"", upload.Dispositions);
        Assert.Contains("form-data; name=\"f two%0D%0Alines\"; filename=\"two%0D%0Alines.bin\"", upload.Dispositions);
    }

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private sealed record Upload(List<string> Parts, List<string> Dispositions);

    /// <summary>Answers with the page, and reads what is uploaded without holding it.</summary>
    private sealed class Uploads
    {
        private readonly TaskCompletionSource<Upload> _whole = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Upload> Whole => _whole.Task;

        public async ValueTask HandleAsync(Http1Exchange exchange, CancellationToken cancellationToken)
        {
            if (exchange.Request.Method != "POST")
            {
                await exchange.RespondAsync(200, Encoding.UTF8.GetBytes(Page), ("Content-Type", "text/html; charset=utf-8"));
                return;
            }

            try
            {
                _whole.TrySetResult(await ReadAsync(exchange, cancellationToken));
                await exchange.RespondAsync(200, "read"u8.ToArray(), ("Content-Type", "text/plain"));
            }
            catch (WireProtocolException exception)
            {
                _whole.TrySetException(exception);
                throw;
            }
        }

        private static async Task<Upload> ReadAsync(Http1Exchange exchange, CancellationToken cancellationToken)
        {
            Upload upload = new([], []);
            Assert.True(MultipartBoundary.TryFind(exchange.Request.GetField("content-type"u8)!, out MultipartBoundary? boundary));
            using MultipartReader reader = new(exchange.Body, boundary!);
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            string start = "";
            while (await reader.WaitToReadAsync(cancellationToken))
            {
                while (reader.TryRead(out MultipartSectionPart part))
                {
                    if (part.IsFirst)
                    {
                        Assert.True(MultipartFormData.TryGetNames(part.Fields, out string? name, out string? fileName));
                        start = $"{name}|{fileName}|";
                        OwnedMultipartField disposition = part.Fields.ToArray().First(f => f.Name == "Content-Disposition");
                        upload.Dispositions.Add(disposition.Value);
                    }

                    hash.AppendData(part.Body);
                    if (part.IsLast)
                    {
                        upload.Parts.Add(start + Convert.ToHexStringLower(hash.GetHashAndReset()));
                    }
                }
            }

            return upload;
        }
    }
}
