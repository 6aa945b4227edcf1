using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging.Tar;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Packaging.Oci.Images;

/// <summary>
/// The layer that makes a server of a run-time root and a PostgreSQL: the user, its directories, the entry point, and a sample
/// of the configuration that listens on all addresses. Its inputs are the run-time root and the payload of PostgreSQL; they
/// are in layers of their own.
/// </summary>
/// <param name="image">What is made.</param>
public sealed class ConfigurationLayer(ServerImage image) : TreeFunction
{
    private const string Name = "configuration";
    private const int Program = 0b111_101_101, Anyone = 0b001_111_111_111, AnyoneInGroup = 0b011_111_111_111;

    private static readonly RelativePath Sample = RelativePath.Parse("share/postgresql.conf.sample"), SharedSample = RelativePath.Parse("usr/share/postgresql/postgresql.conf.sample");
    private static readonly RelativePath Passwd = RelativePath.Parse("etc/passwd"), Group = RelativePath.Parse("etc/group");
    private static readonly RelativePath Temporary = RelativePath.Parse("tmp"), VarRun = RelativePath.Parse("var/run");

    /// <inheritdoc/>
    public override void Describe(KeyWriter key) => key.Add("oci configuration 2").Add(image.Major).Add(image.Prefix.Value).Add(image.SourceDate.ToUnixTimeSeconds())
        .Add(image.User.Id).Add(image.Settings).Add(EntryPoint.Script);

    /// <inheritdoc/>
    public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
    {
        var (blobs, root, payload) = (store.Blobs, inputs[0].Tree, inputs[1].Tree);
        var tree = new TreeBuilder();
        await AddTextAsync(Passwd, AddUser(await TextAsync(root, Passwd), $":{image.User.Id}::/{ServerImage.Home}:/bin/sh"));
        await AddTextAsync(Group, AddUser(await TextAsync(root, Group), ":"));
        await AddTextAsync(image.Prefix.Combine(Sample), WithSettings(await TextAsync(payload, image.Prefix.Combine(Sample))));
        await AddTextAsync(ServerImage.EntryPointPath, EntryPoint.Script, executable: true);
        tree.AddSymlink(SharedSample, SharedSample.Parent.LinkTo(image.Prefix.Combine(Sample)));
        tree.AddSymlink(VarRun, VarRun.Parent.LinkTo(ServerImage.Sockets.Parent));
        foreach (var directory in Directories.Keys)
            tree.AddDirectory(directory);

        return await LayerArchive.WriteAsync(blobs, Name, await tree.WriteAsync(blobs, cancel), image.SourceDate, Directories, cancel);

        async Task<string> TextAsync(Digest from, RelativePath path) =>
            Encoding.UTF8.GetString(await blobs.ReadAllAsync(await FindFileAsync(blobs, from, path, cancel), cancel));

        async Task AddTextAsync(RelativePath path, string text, bool executable = false) =>
            tree.AddFile(path, await blobs.PutAsync(Encoding.UTF8.GetBytes(text), cancel), executable);
    }

    /// <summary>Directories with another mode or owner than those of a package. The first start narrows that of the database, which may be any user's.</summary>
    private Dictionary<RelativePath, TarAttributes> Directories => new()
    {
        [Temporary] = new(Anyone, Owner: 0),
        [ServerImage.InitScripts] = new(Program, Owner: 0),
        [ServerImage.Home] = new(image.Volume == ServerImage.Home ? Anyone : Program, image.User.Id),
        [image.Volume] = new(Anyone, image.User.Id),
        [ServerImage.Sockets] = new(AnyoneInGroup, image.User.Id),
    };

    /// <summary>A list of users or groups with one more.</summary>
    /// <exception cref="UserErrorException">The name or the number is taken.</exception>
    private string AddUser(string list, string rest)
    {
        var id = image.User.Id.ToString(CultureInfo.InvariantCulture);
        foreach (var fields in list.Split('\n').Select(line => line.Split(':')).Where(fields => fields.Length > 2))
        {
            if (fields[0] is "postgres" || string.Equals(fields[2], id, StringComparison.Ordinal))
            {
                throw new UserErrorException(
                    $"the run-time root has `{fields[0]}` with the number {fields[2]}, so `postgres` cannot be added with {id}",
                    "change etc/passwd and etc/group of the platform, or choose another number");
            }
        }

        return $"{(list.Length == 0 || list.EndsWith('\n') ? list : list + "\n")}postgres:x:{id}{rest}\n";
    }

    // At the end, since initdb rewrites the first line that names a setting.
    private string WithSettings(string sample) => $"""
        {sample.TrimEnd('\n')}


        #------------------------------------------------------------------------------
        # CONTAINERS
        #------------------------------------------------------------------------------

        listen_addresses = '*'
        unix_socket_directories = '/var/{ServerImage.Sockets}'
        {image.Settings}
        """;

    private static async Task<Digest> FindFileAsync(IBlobStore blobs, Digest tree, RelativePath path, CancellationToken cancel)
    {
        if (await TreeWalk.FindDirectoryAsync(blobs, tree, path.Parent, cancel) is { } directory)
        {
            await foreach (var entry in TreeWalk.EntriesAsync(blobs, directory, cancel))
            {
                if (entry is TreeEntry.File file && file.Path == RelativePath.Root.Child(path.Name))
                    return file.Content;
            }
        }

        throw new UserErrorException($"an image cannot be made without `/{path}`", "it belongs to the run-time root of the platform, or to the payload of the server");
    }
}
