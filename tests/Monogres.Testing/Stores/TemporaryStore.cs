using Monogres.Store;
using Monogres.Store.Local;

namespace Monogres.Testing.Stores;

/// <summary>A store on disk for one test, with a clock of its own.</summary>
public sealed class TemporaryStore : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public TemporaryStore() => Store = LocalStore.Open(_directory["store"], Time);

    public FakeTime Time { get; } = new();

    public LocalStore Store { get; }

    /// <summary>A path in the store.</summary>
    public string this[string name] => Path.Combine(Store.Directory, name);

    /// <summary>Every file below a directory of the store.</summary>
    public IReadOnlyList<string> Files(string below) => [.. Directory.EnumerateFiles(this[below], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        Store.Dispose();
        _directory.Dispose();
    }
}
