using FsCheck;
using FsCheck.Fluent;
using WireProtocols.Fuzz.JsonRpc;
using WireProtocols.JsonRpc;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.JsonRpc;

public class JsonRpcVectorTests
{
    private const string Folder = "json-rpc";

    public static TheoryData<string> Names => Vector.Names(Folder);

    public static TheoryData<string> HeaderNames
        => [.. Vector.Load(Folder).Where(v => JsonRpcSubject.OptionsOf(v).Framing == JsonRpcFraming.HeaderFields).Select(v => v.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_vector_means_the_same_however_it_is_split(string name)
    {
        Vector vector = Vector.Get(Folder, name);
        IReadOnlyList<string> rows = await Segmentation.CheckAsync(vector.Bytes, new JsonRpcSubject(JsonRpcSubject.OptionsOf(vector)));
        Assert.Equal(vector.Rows, rows);
    }

    [Theory]
    [MemberData(nameof(HeaderNames))]
    public void The_oracle_reads_every_vector_alike(string name)
    {
        Vector vector = Vector.Get(Folder, name);
        Assert.Equal(vector.Rows, NaiveJsonRpc.Decode(vector.Bytes, JsonRpcSubject.OptionsOf(vector)));
    }

    [Fact]
    public void Any_bytes_in_any_split_are_what_the_oracle_says()
        => Prop.ForAll<byte[], int>((noise, seed) =>
        {
            Random random = new(seed);
            JsonRpcFormat format = new(0);
            List<byte> input = [];
            for (int count = random.Next(4); count >= 0; count--)
            {
                input.AddRange(format.Create(random));
            }

            for (int i = random.Next(3); i > 0 && noise.Length > 0; i--)
            {
                input[random.Next(input.Count)] = noise[random.Next(noise.Length)];
            }

            byte[] bytes = [.. input];
            JsonRpcOptions options = new()
            {
                ContinueOnError = random.Next(3) > 0,
                AllowBareLineFeed = random.Next(2) == 0,
                AllowBatch = random.Next(2) == 0,
                Validate = random.Next(4) > 0,
                MaxHeaderLength = random.Next(2) == 0 ? 40 : 4096,
                MaxContentLength = random.Next(2) == 0 ? 60 : 4096,
            };
            return new JsonRpcSubject(options).Decode(Segmentation.RandomPieces(bytes, random)).SequenceEqual(NaiveJsonRpc.Decode(bytes, options));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
}
