using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Monogres.Cli.Inputs;
using Monogres.Packaging.Compression;
using Monogres.Packaging.Repositories;
using Monogres.Packaging.Repositories.Apt;
using Monogres.Plans.Targets;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres publish apt</c></summary>
internal sealed class PublishAptCommand(GlobalOptions global, Func<string, string?> environment) : RepositoryVerb<AptPublication>(global, environment, "deb", "suite")
{
    private const string DefaultSuite = "stable";

    private readonly Option<string?> _suite = new("--suite") { Description = $"The suite; by default `{DefaultSuite}` or, where targets are named, the release of their platform (bookworm)", HelpName = "NAME" };
    private readonly Option<string> _component = new("--component") { Description = "The component of the suite", HelpName = "NAME", DefaultValueFactory = _ => "main" };
    private readonly Option<string?> _validFor = new("--valid-for") { Description = "Have clients refuse the suite when it was not signed again for this time (14d, 12h); its date is now, unless it is given", HelpName = "TIME" };
    private readonly Option<string?> _compress = new("--compress") { Description = $"Publish the indices compressed as well, by pinned programs: {string.Join(", ", IndexCompressor.Names)}, comma-separated", HelpName = "FORMS" };

    public static Verb Create(GlobalOptions global, Func<string, string?> environment) => new PublishAptCommand(global, environment).Create();

    protected override AptPublication Read(ParseResult parsed) => new()
    {
        Suite = parsed.GetValue(_suite) ?? DefaultSuite,
        Component = parsed.GetValue(_component)!,
        ValidFor = parsed.GetValue(_validFor) is { } span ? Amounts.Time(span) : null,
    };

    protected override bool NeedsStore(ParseResult parsed) => !CompressorsOf(parsed).IsEmpty;

    protected override AptPublication With(AptPublication publication, ParseResult parsed, Workspace workspace, IReadOnlyList<Target> targets) =>
        parsed.GetValue(_suite) is null && targets is [var first, ..] ? publication with { Suite = workspace.Index.Platform(first.Id.Platform).Release } : publication;

    protected override void Check(string directory, AptPublication publication) => AptRepository.Check(directory, publication);

    protected override Task<Published> PublishAsync(RepositoryRun run, AptPublication publication, ParseResult parsed, Workspace? workspace, CancellationToken cancel)
    {
        ImmutableArray<IndexCompression> compressions = workspace is null ? [] : [.. CompressorsOf(parsed).Select(compressor => IndexCompressor.Of(workspace, compressor))];
        return new AptRepository(run.Directory, run.Signer, compressions, TimeProvider.System).PublishAsync(publication, run.Waiting, cancel);
    }

    protected override string TitleOf(AptPublication publication) => $"{publication.Suite}/{publication.Component}";

    protected override IEnumerable<KeyValuePair<string, JsonNode?>> DetailsOf(AptPublication publication) => [new("suite", publication.Suite), new("component", publication.Component)];

    private Verb Create() => Complete(
        new Verb("apt", "Add Debian packages, or targets packed as such, to a signed apt repository in a directory, which any web server can serve", JsonOutput.Document,
            "monogres publish apt ./repository --key release.key dist/postgresql-17_17.11-1_amd64.deb",
            "monogres publish apt ./repository --key release.key postgres@15..18 '*/postgres@15..18'",
            "monogres publish apt ./repository --key release.key --suite bookworm --snapshot 2026-11-28 --valid-for 14d"),
        _suite, _component, _validFor, _compress);

    private ImmutableArray<Compressor> CompressorsOf(ParseResult parsed) => parsed.GetValue(_compress) is { } forms ? IndexCompressor.Parse(forms) : [];
}
