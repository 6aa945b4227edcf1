using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Packaging.Oci.Model;

namespace Monogres.Packaging.Oci.Images;

/// <summary>The user that a server runs as.</summary>
/// <param name="Id">Its number, and that of its group; both are called <c>postgres</c>.</param>
/// <param name="IsDefault">Whether containers start as it. Otherwise they start as root, and the entry point changes to it.</param>
/// <param name="Suffix">What names of images with it end with.</param>
public sealed record ServerUser(int Id, bool IsDefault, string Suffix)
{
    /// <summary>As the official image has it.</summary>
    public static ServerUser Official { get; } = new(999, IsDefault: false, "");

    /// <summary>As CloudNativePG expects it.</summary>
    public static ServerUser CloudNativePg { get; } = new(26, IsDefault: true, "-cnpg");
}

/// <summary>An image that a server is started from: what its configuration layer and its configuration are made of.</summary>
public sealed record ServerImage
{
    /// <summary>The major version of PostgreSQL.</summary>
    public required int Major { get; init; }

    /// <summary>Where it is installed, below <c>/</c>.</summary>
    public required RelativePath Prefix { get; init; }

    /// <summary>The time of every file, of the configuration and of its history.</summary>
    public required DateTimeOffset SourceDate { get; init; }

    /// <summary>Who runs it.</summary>
    public ServerUser User { get; init; } = ServerUser.Official;

    /// <summary>The locale, as <c>LANG</c> has it.</summary>
    public string Language { get; init; } = "en_US.utf8";

    /// <summary>Lines of the configuration that extensions in the image need.</summary>
    public string Settings { get; init; } = "";

    /// <summary>The home of the user, below <c>/</c>.</summary>
    public static RelativePath Home { get; } = RelativePath.Parse("var/lib/postgresql");

    /// <summary>Where the sockets are, below <c>/</c>; <c>/var/run</c> leads to <c>/run</c>.</summary>
    public static RelativePath Sockets { get; } = RelativePath.Parse("run/postgresql");

    /// <summary>Where scripts for the first start are looked for, below <c>/</c>.</summary>
    public static RelativePath InitScripts { get; } = RelativePath.Parse("docker-entrypoint-initdb.d");

    /// <summary>Where the entry point is, below <c>/</c>.</summary>
    public static RelativePath EntryPointPath { get; } = RelativePath.Parse("usr/local/bin/docker-entrypoint.sh");

    /// <summary>Where the database cluster is by default, below <c>/</c>.</summary>
    public RelativePath DataDirectory => HasVersionedData ? Home.Child($"{Major}").Child("docker") : Home.Child("data");

    /// <summary>The directory that outlives a container, below <c>/</c>. From 18 on it holds the clusters of several versions, for pg_upgrade.</summary>
    public RelativePath Volume => HasVersionedData ? Home : DataDirectory;

    private bool HasVersionedData => Major >= 18;

    /// <summary>What a container is started with.</summary>
    public OciContainerConfig ToContainerConfig() => new()
    {
        User = User.IsDefault ? $"{User.Id}" : null,
        ExposedPorts = Set("5432/tcp"),
        Env =
        [
            $"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/{Prefix}/bin",
            $"LANG={Language}",
            $"PG_MAJOR={Major}",
            $"PGDATA=/{DataDirectory}",
            $"PGHOST=/var/{Sockets}",
        ],
        Entrypoint = [EntryPointPath.Name],
        Cmd = ["postgres"],
        Volumes = Set($"/{Volume}"),
        WorkingDir = "/",
        StopSignal = "SIGINT",
    };

    private static ImmutableSortedDictionary<string, OciNothing> Set(string only) =>
        ImmutableSortedDictionary.Create<string, OciNothing>(StringComparer.Ordinal).Add(only, new OciNothing());
}
