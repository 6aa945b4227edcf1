namespace Monogres.Cli.Inputs;

/// <summary>The environment variables that the tool reads, and no others; the reference page is generated from this table.</summary>
public static class EnvironmentVariables
{
    /// <summary>The index directory, instead of the one that comes with the tool.</summary>
    public const string Index = "MONOGRES_INDEX";

    /// <summary>The store directory, instead of <c>$XDG_DATA_HOME/monogres/store</c>.</summary>
    public const string Store = "MONOGRES_STORE";

    /// <summary>Base URL of a Debian mirror, tried before the host's apt configuration.</summary>
    public const string Mirror = "MONOGRES_MIRROR";

    /// <summary>A directory or URL with source files by name or digest, tried before every other place.</summary>
    public const string SourceMirror = "MONOGRES_SOURCE_MIRROR";

    /// <summary>What an action may use of the machine.</summary>
    public const string Limits = "MONOGRES_LIMITS";

    /// <summary>What the sandbox does otherwise than always, for a rebuild.</summary>
    public const string Vary = "MONOGRES_VARY";

    /// <summary>A directory with results that the store begins with, for a rebuild.</summary>
    public const string Seed = "MONOGRES_SEED";

    /// <summary>The passphrase of the key that a repository or statements are signed with.</summary>
    public const string KeyPassphrase = "MONOGRES_KEY_PASSPHRASE";

    /// <summary>Who pushes to a registry.</summary>
    public const string RegistryUser = "MONOGRES_REGISTRY_USER";

    /// <summary>The password of who pushes to a registry, or a token.</summary>
    public const string RegistryPassword = "MONOGRES_REGISTRY_PASSWORD";

    /// <summary>The directory with <c>config.json</c>, docker's logins; <c>~/.docker</c> when empty.</summary>
    public const string DockerConfig = "DOCKER_CONFIG";

    /// <summary>Where <c>containers/auth.json</c> is, podman's logins (XDG Base Directory).</summary>
    public const string XdgRuntimeDir = "XDG_RUNTIME_DIR";

    /// <summary>The address of an engine that runs actions.</summary>
    public const string Remote = "MONOGRES_REMOTE";

    /// <summary>The address of a shared cache.</summary>
    public const string RemoteCache = "MONOGRES_REMOTE_CACHE";

    /// <summary>The policy that results of others must satisfy.</summary>
    public const string RemotePolicy = "MONOGRES_REMOTE_POLICY";

    /// <summary>What its builders state.</summary>
    public const string RemoteStatements = "MONOGRES_REMOTE_STATEMENTS";

    /// <summary>Platform properties of every action at the engine.</summary>
    public const string RemoteProperties = "MONOGRES_REMOTE_PROPERTIES";

    /// <summary>A file with a token for the engine.</summary>
    public const string RemoteTokenFile = "MONOGRES_REMOTE_TOKEN_FILE";

    /// <summary>A file with user and password for the engine.</summary>
    public const string RemotePasswordFile = "MONOGRES_REMOTE_PASSWORD_FILE";

    /// <summary>A file with the authorities that sign the engine's certificate.</summary>
    public const string RemoteAuthorityFile = "MONOGRES_REMOTE_CA_FILE";

    /// <summary>A file with our certificate.</summary>
    public const string RemoteCertificateFile = "MONOGRES_REMOTE_CERTIFICATE_FILE";

    /// <summary>A file with the key of our certificate.</summary>
    public const string RemoteKeyFile = "MONOGRES_REMOTE_KEY_FILE";

    /// <summary>Any value disables colour (https://no-color.org).</summary>
    public const string NoColor = "NO_COLOR";

    /// <summary>The terminal; <c>dumb</c> means plain lines.</summary>
    public const string Term = "TERM";

    /// <summary>Where user data lives (XDG Base Directory); <c>~/.local/share</c> when empty or relative.</summary>
    public const string XdgDataHome = "XDG_DATA_HOME";

    /// <summary>Where state lives (XDG Base Directory); <c>~/.local/state</c> when empty or relative. Crash logs go there.</summary>
    public const string XdgStateHome = "XDG_STATE_HOME";

    /// <summary>Where what can be made again lives (XDG Base Directory); <c>~/.cache</c> when empty or relative. The index in the form that is read fast is kept there.</summary>
    public const string XdgCacheHome = "XDG_CACHE_HOME";

    /// <summary>The home directory, when the XDG variables are not set.</summary>
    public const string Home = "HOME";

    /// <summary>Name and meaning of each variable, in the order of the reference page.</summary>
    public static IReadOnlyList<(string Name, string Meaning)> All { get; } =
    [
        (Index, "The index directory, instead of the one that comes with the tool. Flag: `--index`."),
        (Store, "The store directory, instead of `$XDG_DATA_HOME/monogres/store`. Flag: `--store`."),
        (Mirror, "Base URL of a Debian mirror, tried before the host's apt configuration. Flag: `--mirror`."),
        (SourceMirror, "A directory or URL with source files by name or by digest, tried before every other place. Flag: `--source-mirror`."),
        (Limits, "What one action may use, comma-separated: `memory=8G,processes=500,tmp=1G,output=32G,log=1G`. Flag: `--limit`, which overrides single ones."),
        (Vary, "What the sandbox does otherwise than always, so that a result shows whether it depends on that: `clock=SECONDS`, `make=FLAGS`, `root=read-only`. `verify` sets it for the build that it starts."),
        (Seed, "A directory with results that are taken into the store by digest. `verify` sets it for the build that it starts: there is what its targets are built against."),
        (KeyPassphrase, "The passphrase of the key that `publish` and `attest` sign with. Flag: `--passphrase-file`, which takes a file; no flag takes the passphrase itself."),
        (RegistryUser, "Who pushes to a registry with `publish oci`; without it, what `docker login` or `podman login` has kept. Flag: `--auth-file`, which takes such a file."),
        (RegistryPassword, "The password of `MONOGRES_REGISTRY_USER`, or a token. No flag takes it."),
        (DockerConfig, "The directory with docker's `config.json`, for logins to registries; `~/.docker` when empty."),
        (XdgRuntimeDir, "Where podman's `containers/auth.json` is, for logins to registries."),
        (Remote, "The address of a remote engine that runs the actions, and is a cache too: `grpc://HOST:PORT`, or `grpcs://HOST:PORT/INSTANCE`. Flag: `--remote`."),
        (RemoteCache, "The address of a shared cache of results. Flag: `--remote-cache`."),
        (RemotePolicy, "A policy: results of the shared cache are used only when its builders state them. Flag: `--remote-policy`."),
        (RemoteStatements, "What these builders state: files of `attest`, or directories of them, comma-separated. Flag: `--remote-statements`."),
        (RemoteProperties, "Platform properties that the remote engine's workers have, comma-separated: `OSFamily=linux,ISA=x86-64`. Flag: `--remote-property`, which takes one and replaces them all."),
        (RemoteTokenFile, "A file with a token for the remote engine, sent as `Authorization: Bearer`. No flag, so that no secret is in an argument."),
        (RemotePasswordFile, "A file with `user:password` for the remote engine, sent as `Authorization: Basic`."),
        (RemoteAuthorityFile, "A file with the certificates (PEM) of the authorities that sign the remote engine's, instead of those of this machine."),
        (RemoteCertificateFile, "A file with our own certificate (PEM) for the remote engine, and its key unless the next one has it."),
        (RemoteKeyFile, "A file with the key of our own certificate (PEM)."),
        (NoColor, "Any value disables colour (https://no-color.org)."),
        (Term, "`dumb` selects plain lines instead of the live view."),
        (XdgDataHome, "Where the store lives; `~/.local/share` when empty or relative."),
        (XdgStateHome, "Where crash logs live; `~/.local/state` when empty or relative."),
        (XdgCacheHome, "Where the index is kept in a form that is read fast; `~/.cache` when empty or relative. It can be deleted."),
        (Home, "The home directory, when the XDG variables are not set."),
    ];
}
