using FsCheck.Fluent;
using Monogres.Core;
using Monogres.Index.Extensions;
using Monogres.Index.Image;
using Monogres.Index.Json;
using Monogres.Index.Options;
using Monogres.Index.Platforms;
using Monogres.Testing.Properties;

namespace Monogres.Index.Tests.Image;

public class IndexImageTests
{
    [Fact]
    public void What_is_read_is_what_was_written() => Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        Assert.Null(DifferenceOf(new Samples(seed).Content()));
        return true;
    }).HoldsAlways(100);

    [Fact]
    public void Samples_of_two_seeds_differ() =>
        Assert.NotNull(Samples.Difference(new Samples(1).Content(), new Samples(2).Content()));

    [Fact]
    public async Task The_index_of_the_repository_is_what_its_files_say()
    {
        var problems = new IndexProblemList();
        var content = await IndexReader.ReadContentAsync(Repository.IndexDirectory, problems, TestContext.Current.CancellationToken);
        Assert.Empty(problems.Sorted());
        Assert.Null(DifferenceOf(content!));
    }

    [Fact]
    public async Task A_record_is_the_same_one_for_everybody_who_asks()
    {
        var index = await Repository.ReadAsync();
        var name = ProjectName.Parse("pgvector");
        Assert.Same(index.Extension(name), index.Extensions.Single(extension => extension.Name == name));
        var arm = index.Platform(PlatformName.Parse("debian12-arm64"));
        Assert.Same(index.Platform(PlatformName.Parse("debian12-amd64")), arm.Tools);
        Assert.Every(index.OptionSets.Sets.SelectMany(set => set.On), option => Assert.Contains(index.OptionSets.Options, other => ReferenceEquals(other, option)));
    }

    [Fact]
    public async Task Selecting_reads_no_extension()
    {
        var index = await Repository.ReadAsync();
        Assert.NotEmpty(index.Select(TargetPattern.Parse("*@*/postgres@17")));
        Assert.Equal(0, index.Image.Extensions.CountOfRead);
        Assert.NotEmpty(index.Select(TargetPattern.Parse("pgvector/postgres@17")));
        index.Extension(ProjectName.Parse("pgvector"));
        Assert.Equal(1, index.Image.Extensions.CountOfRead);
    }

    private static string? DifferenceOf(IndexContent content)
    {
        var image = new IndexImage(IndexImage.Of(content).Written.ToArray());
        return Samples.Difference(content.Digest, image.Digest, "digest")
            ?? Samples.Difference(content.DefaultServer, image.DefaultServer, "default")
            ?? Samples.Difference(content.Servers.OrderBy(server => server.Name), image.Servers.All, "servers")
            ?? Samples.Difference(content.Extensions.OrderBy(extension => extension.Name), image.Extensions.All, "extensions")
            ?? Samples.Difference(content.Extensions.OrderBy(extension => extension.Name).Select(ExtensionOutline.Of), image.Outlines.All, "outlines")
            ?? Samples.Difference(content.OptionSets, image.OptionSets, "options")
            ?? Samples.Difference(content.Styles.OrderBy(style => style.Name, StringComparer.Ordinal), image.Styles.All, "styles")
            ?? Samples.Difference(content.ExtensionStyles.OrderBy(style => style.Name, StringComparer.Ordinal), image.ExtensionStyles.All, "extension styles")
            ?? Samples.Difference(content.Platforms.OrderBy(platform => platform.Name), image.Platforms.All, "platforms");
    }
}
