using System.CommandLine;
using Monogres.Core;
using Monogres.Packaging.Repositories;
using Monogres.Packaging.Repositories.Yum;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres publish yum</c></summary>
internal sealed class PublishYumCommand(GlobalOptions global, Func<string, string?> environment) : RepositoryVerb<YumPublication>(global, environment, "rpm", "repository")
{
    private readonly Option<string?> _address = new("--url") { Description = "Where clients find the repository: writes the file for their /etc/yum.repos.d beside the packages", HelpName = "URL" };

    public static Verb Create(GlobalOptions global, Func<string, string?> environment) => new PublishYumCommand(global, environment).Create();

    protected override YumPublication Read(ParseResult parsed) => new() { Address = parsed.GetValue(_address) is { } url ? AddressOf(url) : null };

    protected override void Check(string directory, YumPublication publication) => YumRepository.Check(directory, publication);

    protected override Task<Published> PublishAsync(RepositoryRun run, YumPublication publication, ParseResult parsed, Workspace? workspace, CancellationToken cancel) =>
        new YumRepository(run.Directory, run.Signer, TimeProvider.System).PublishAsync(publication, run.Waiting, cancel);

    protected override string TitleOf(YumPublication publication) => "repository";

    private Verb Create() => Complete(
        new Verb("yum", "Sign rpm packages, or targets packed as such, and add them to a signed yum repository in a directory, which any web server can serve", JsonOutput.Document,
            "monogres publish yum ./repository --key release.key dist/postgresql17-server-17.11-1.x86_64.rpm",
            "monogres publish yum ./repository --key release.key postgres@15..18 '*/postgres@15..18'",
            "monogres publish yum ./repository --key release.key --url https://packages.example.org/yum --snapshot 2026-11-28"),
        _address);

    private static Uri AddressOf(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https" or "file")
        ? address
        : throw new UserErrorException($"`{text}` is no address of a repository", "write it like `https://packages.example.org/yum`") { ExitCode = ExitCode.Usage };
}
