using System.Formats.Tar;
using Monogres.Store.Archives;

namespace Monogres.Platforms.Tests.Archives;

public class TarSurveyTests
{
    [Fact]
    public async Task An_archive_with_one_folder_at_its_top_names_it() =>
        Assert.Equal("x-1.0", (await SurveyAsync(new TarBuilder().Directory("x-1.0/").File("x-1.0/Makefile", "all:").File("x-1.0/sql/a.sql", ""))).TopFolder);

    [Fact]
    public async Task Dots_in_front_of_names_change_nothing() =>
        Assert.Equal("x-1.0", (await SurveyAsync(new TarBuilder().Directory("./").File("./x-1.0/Makefile", "all:"))).TopFolder);

    [Theory]
    [InlineData("x/a", "y/a")]
    [InlineData("x/a", "README")]
    [InlineData("README", "x/a")]
    public async Task An_archive_with_several_things_at_its_top_names_none(string one, string other) =>
        Assert.Null((await SurveyAsync(new TarBuilder().File(one, "").File(other, ""))).TopFolder);

    [Fact]
    public async Task The_newest_file_and_the_comment_are_told()
    {
        using var bytes = new MemoryStream();
        await using (var writer = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
        {
            await writer.WriteEntryAsync(new PaxGlobalExtendedAttributesTarEntry(new Dictionary<string, string> { ["comment"] = "2627c5ff775ae6d7aef0c430121ccf857842d2f2" }), CancellationToken.None);
            foreach (var (type, name, second) in ((TarEntryType, string, int)[])[(TarEntryType.RegularFile, "x/a", 100), (TarEntryType.RegularFile, "x/b", 300), (TarEntryType.Directory, "x/c", 900)])
                await writer.WriteEntryAsync(new PaxTarEntry(type, name) { ModificationTime = DateTimeOffset.FromUnixTimeSeconds(second).AddMilliseconds(400) }, CancellationToken.None);
        }

        bytes.Position = 0;
        Assert.Equal(new TarSurvey("x", DateTimeOffset.FromUnixTimeSeconds(300), "2627c5ff775ae6d7aef0c430121ccf857842d2f2"), await TarSurvey.ReadAsync(bytes, CancellationToken.None));
    }

    [Fact]
    public async Task What_is_no_archive_is_refused() =>
        Assert.Contains("no tar header", (await Assert.ThrowsAsync<ArchiveException>(() => TarSurvey.ReadAsync(new MemoryStream(new byte[600].Select(_ => (byte)'x').ToArray()), CancellationToken.None))).Message, StringComparison.Ordinal);

    private static Task<TarSurvey> SurveyAsync(TarBuilder tar) => TarSurvey.ReadAsync(new MemoryStream(tar.ToArray()), CancellationToken.None);
}
