using WireProtocols.Fuzz.Multipart;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Multipart;

public class MultipartVectorTests
{
    private const string Folder = "multipart";

    public static TheoryData<string> Names => Vector.Names(Folder);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_vector_means_the_same_however_it_is_split(string name)
    {
        Vector vector = Vector.Get(Folder, name);
        MultipartSubject subject = new(MultipartSubject.BoundaryOf(vector), MultipartSubject.OptionsOf(vector));
        Assert.Equal(vector.Rows, await Segmentation.CheckAsync(vector.Bytes, subject));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_oracle_reads_every_vector_alike(string name)
    {
        Vector vector = Vector.Get(Folder, name);
        Assert.Equal(vector.Rows, NaiveMultipart.Decode(vector.Bytes, MultipartSubject.BoundaryOf(vector), MultipartSubject.OptionsOf(vector)));
    }
}
