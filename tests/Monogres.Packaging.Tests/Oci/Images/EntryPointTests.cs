using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Monogres.Packaging.Oci.Images;
using Monogres.Testing;

namespace Monogres.Packaging.Tests.Oci.Images;

/// <summary>The entry point, run by the shell of this machine, with programs that write down how they are called.</summary>
public sealed class EntryPointTests : IDisposable
{
    private readonly TemporaryDirectory _root = new();
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);

    public EntryPointTests()
    {
        foreach (var directory in new[] { "bin", "home", "run", "init" })
            Directory.CreateDirectory(_root[directory]);
        foreach (var tool in new[] { "cat", "mkdir", "find", "chmod", "sed", "mktemp", "rm", "sh" })
            Link(tool);

        Program("docker-entrypoint.sh", EntryPoint.Render(_root["run"], _root["init"], _root["home"], _root["lib/*"]));
        Program("postgres", """
            #!/bin/sh
            echo "postgres $*" >>"$LOG"
            case "$*" in *-C*) echo scram-sha-256 ;; esac
            """);
        Program("initdb", """
            #!/bin/sh
            echo "initdb $*" >>"$LOG"
            case "$*" in *--pwfile=*) echo "  password $(cat)" >>"$LOG" ;; esac
            [ -z "${LD_PRELOAD-}" ] || { echo "  preload ${LD_PRELOAD##*/}"; cat "$NSS_WRAPPER_PASSWD"; } >>"$LOG"
            echo 17 >"$PGDATA/PG_VERSION"
            echo local >"$PGDATA/pg_hba.conf"
            """);
        Program("pg_ctl", """
            #!/bin/sh
            echo "pg_ctl $*" >>"$LOG"
            """);
        Program("psql", """
            #!/bin/sh
            echo "psql $*" >>"$LOG"
            echo "  host $PGHOST password $PGPASSWORD" >>"$LOG"
            case "$*" in *-f*) ;; *) sed 's/^/  /' >>"$LOG" ;; esac
            [ -z "${PSQL_FAILS-}" ] || exit 3
            """);
        Program("id", """
            #!/bin/sh
            case $1 in
                -un) [ -z "${NAMELESS-}" ] ;;
                *) echo "$NUMBER" ;;
            esac
            """);
        _environment["LOG"] = _root["log"];
        _environment["PATH"] = _root["bin"];
        _environment["NUMBER"] = "1000";
    }

    public void Dispose() => _root.Dispose();

    [Fact]
    public void The_first_start_makes_a_cluster_behind_a_closed_door_and_then_starts_the_server()
    {
        _environment["POSTGRES_PASSWORD"] = "it's a secret";
        Run("postgres").Succeeds();
        Assert.Equal("""
            initdb --pgdata=@/home/data --username=postgres --pwfile=/dev/stdin
              password it's a secret
            postgres -D @/home/data -C password_encryption
            pg_ctl -D @/home/data -w start -o '-c' 'listen_addresses=' '-c' 'unix_socket_directories=@/run' '-p' '5432' 
            pg_ctl -D @/home/data -m fast -w stop
            postgres 

            """, Log);
        Assert.Equal("local\n\nhost all all all scram-sha-256\n", File.ReadAllText(_root["home/data/pg_hba.conf"]));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_root["home/data"]));
    }

    [Fact]
    public void A_later_start_leaves_the_cluster_as_it_is_and_needs_no_password()
    {
        _environment["POSTGRES_PASSWORD"] = "secret";
        File.WriteAllText(_root["init/a.sql"], "select 1");
        Run("postgres").Succeeds();
        File.Delete(_root["log"]);
        _environment.Remove("POSTGRES_PASSWORD");
        Run("postgres", "-c", "work_mem=8MB").Succeeds();
        Assert.Equal("postgres -c work_mem=8MB\n", Log);
    }

    [Fact]
    public void Without_a_password_the_first_start_is_refused_and_nothing_is_made()
    {
        Run("postgres").Fails("the superuser has no password: set POSTGRES_PASSWORD");
        Assert.Equal("", Log);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_root["home"]));
    }

    [Fact]
    public void Trust_needs_no_password_and_is_warned_of()
    {
        _environment["POSTGRES_HOST_AUTH_METHOD"] = "trust";
        Assert.Contains("warning: POSTGRES_HOST_AUTH_METHOD=trust", Run("postgres").Succeeds(), StringComparison.Ordinal);
        Assert.StartsWith("initdb --pgdata=@/home/data --username=postgres\npg_ctl", Log, StringComparison.Ordinal);
        Assert.EndsWith("\nhost all all all trust\n", File.ReadAllText(_root["home/data/pg_hba.conf"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POSTGRES_PASSWORD", "password from a file")]
    [InlineData("POSTGRES_USER", "--username=from a file")]
    [InlineData("POSTGRES_DB", "--set name=from a file")]
    [InlineData("POSTGRES_INITDB_ARGS", "--pwfile=/dev/stdin from a file")]
    [InlineData("POSTGRES_INITDB_WALDIR", "--waldir=from a file")]
    public void A_setting_may_be_in_a_file(string name, string said)
    {
        File.WriteAllText(_root["setting"], "from a file\n");
        _environment["POSTGRES_PASSWORD"] = "secret";
        _environment.Remove(name);
        _environment[$"{name}_FILE"] = _root["setting"];
        Run("postgres").Succeeds();
        Assert.Contains(said, Log, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_in_a_file_and_in_a_variable_is_refused()
    {
        _environment["POSTGRES_PASSWORD"] = "secret";
        _environment["POSTGRES_PASSWORD_FILE"] = _root["setting"];
        Run("postgres").Fails("both POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE are set");
    }

    [Fact]
    public void A_setting_in_a_file_that_is_not_there_is_refused()
    {
        _environment["POSTGRES_PASSWORD_FILE"] = _root["setting"];
        Run("postgres").Fails("POSTGRES_PASSWORD_FILE names @/setting, which cannot be read");
    }

    [Fact]
    public void The_database_is_created_unless_initdb_makes_it()
    {
        _environment["POSTGRES_PASSWORD"] = "secret";
        _environment["POSTGRES_USER"] = "me";
        Run("postgres").Succeeds();
        Assert.Contains("""
            psql -v ON_ERROR_STOP=1 --username me --no-password --no-psqlrc --dbname postgres --set name=me
              host @/run password secret
              CREATE DATABASE :"name";

            """, Log, StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_of_initdb_are_split_as_a_shell_does_and_those_of_the_server_are_kept()
    {
        _environment["POSTGRES_PASSWORD"] = "secret";
        _environment["POSTGRES_INITDB_ARGS"] = "--data-checksums --set 'a b=c'";
        Program("initdb", """
            #!/bin/sh
            for argument; do echo "<$argument>" >>"$LOG"; done
            echo 17 >"$PGDATA/PG_VERSION"
            """);
        Run("-c", "application_name=it's").Succeeds();
        Assert.Contains("<--data-checksums>\n<--set>\n<a b=c>\n", Log, StringComparison.Ordinal);
        Assert.Contains(@"-o '-c' 'application_name=it'\''s' '-c' 'listen_addresses='", Log, StringComparison.Ordinal);
        Assert.EndsWith("\npostgres -c application_name=it's\n", Log, StringComparison.Ordinal);
    }

    [Fact]
    public void Init_scripts_run_in_order_each_by_its_kind()
    {
        _environment["POSTGRES_PASSWORD"] = "secret";
        Link("gzip");
        foreach (var tool in new[] { "xz", "zstd" })
            Program(tool, "#!/bin/sh\n[ \"$1\" = -dc ] && cat \"$2\"\n");
        File.WriteAllText(_root["init/10.sql"], "select 10;\n");
        File.WriteAllBytes(_root["init/20.sql.gz"], Gzip("select 20;\n"));
        File.WriteAllText(_root["init/30.sql.xz"], "select 30;\n");
        File.WriteAllText(_root["init/40.sql.zst"], "select 40;\n");
        File.WriteAllText(_root["init/50.sh"], "echo \"sourced for $POSTGRES_DB\" >>\"$LOG\"\necho 'select 50;' | docker_process_sql\n");
        Program("../init/60.sh", "#!/bin/sh\necho executed >>\"$LOG\"\n");
        File.WriteAllText(_root["init/70.txt"], "");
        Directory.CreateDirectory(_root["init/80.sql"]);

        var said = Run("postgres").Succeeds();
        Assert.Contains("ignoring @/init/70.txt", said, StringComparison.Ordinal);
        const string Psql = "psql -v ON_ERROR_STOP=1 --username postgres --no-password --no-psqlrc --dbname postgres";
        Assert.Contains($"""
            {Psql} -f @/init/10.sql
              host @/run password secret
            {Psql}
              host @/run password secret
              select 20;
            {Psql}
              host @/run password secret
              select 30;
            {Psql}
              host @/run password secret
              select 40;
            sourced for postgres
            {Psql}
              host @/run password secret
              select 50;
            executed
            pg_ctl -D @/home/data -m fast -w stop
            """, Log.Replace(" \n", "\n", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gz", "gzip")]
    [InlineData("xz", "xz")]
    [InlineData("zst", "zstd")]
    public void A_script_that_the_image_cannot_unpack_is_an_error(string extension, string program)
    {
        _environment["POSTGRES_PASSWORD"] = "secret";
        File.WriteAllText(_root[$"init/a.sql.{extension}"], "");
        Run("postgres").Fails($"@/init/a.sql.{extension} cannot be unpacked: there is no {program} in this image");
        Assert.DoesNotContain("\npostgres \n", Log, StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_that_is_cut_off_is_an_error()
    {
        _environment["POSTGRES_PASSWORD"] = "secret";
        Link("gzip");
        File.WriteAllBytes(_root["init/a.sql.gz"], Gzip("select 20;\n")[..^6]);
        Run("postgres").Fails("@/init/a.sql.gz cannot be unpacked");
    }

    [Theory]
    [InlineData("a.sql", "")]
    [InlineData("a.sh", "false\n")]
    [InlineData("a.sh", "exit 7\n")]
    public void A_script_that_fails_ends_the_first_start_and_what_to_do_is_said(string name, string script)
    {
        _environment["POSTGRES_PASSWORD"] = "secret";
        _environment["PSQL_FAILS"] = "1";
        File.WriteAllText(_root[$"init/{name}"], script);
        Run("postgres").Fails("the first start was not completed: remove what is in @/home/data before the next one");
        Assert.EndsWith("pg_ctl -D @/home/data -m immediate -w stop\n", Log, StringComparison.Ordinal);
    }

    [Fact]
    public void Root_gives_the_directories_away_and_starts_again_as_the_user()
    {
        _environment["NUMBER"] = "0";
        _environment["POSTGRES_PASSWORD_FILE"] = _root["secret"];
        File.WriteAllText(_root["secret"], "only root reads it");
        Program("find", "#!/bin/sh\necho \"find $*\" >>\"$LOG\"\n");
        Program("setpriv", """
            #!/bin/sh
            echo "setpriv $*" >>"$LOG"
            shift 3
            export NUMBER=999
            exec "$@"
            """);
        Run("postgres", "-c", "fsync=off").Succeeds();
        Assert.StartsWith("""
            find @/home/data ! -user postgres -exec chown postgres:postgres {} +
            find @/run ! -user postgres -exec chown postgres:postgres {} +
            setpriv --reuid=postgres --regid=postgres --init-groups @/bin/docker-entrypoint.sh postgres -c fsync=off
            initdb --pgdata=@/home/data --username=postgres --pwfile=/dev/stdin
              password only root reads it

            """, Log, StringComparison.Ordinal);
    }

    [Fact]
    public void Root_is_told_to_choose_a_user_when_it_cannot_become_one()
    {
        _environment["NUMBER"] = "0";
        _environment["POSTGRES_PASSWORD"] = "secret";
        Run("postgres").Fails("there is no setpriv in this image, so it cannot be started as root: start it with --user postgres");
    }

    [Fact]
    public void A_user_without_a_name_is_told_that_initdb_needs_one()
    {
        _environment["NAMELESS"] = "1";
        _environment["POSTGRES_PASSWORD"] = "secret";
        Run("postgres").Fails("user 1000 has no name, which initdb needs, and libnss_wrapper is not in this image");
        Assert.Empty(Directory.EnumerateFileSystemEntries(_root["home/data"]));
    }

    [Fact]
    public void A_user_without_a_name_gets_one_for_initdb_only()
    {
        _environment["NAMELESS"] = "1";
        _environment["POSTGRES_PASSWORD"] = "secret";
        Directory.CreateDirectory(_root["lib/triplet"]);
        File.WriteAllText(_root["lib/triplet/libnss_wrapper.so"], "");
        Program("postgres", "#!/bin/sh\necho \"postgres ${LD_PRELOAD-alone}\" >>\"$LOG\"\n");
        Run("postgres").Succeeds();
        Assert.Contains("  preload libnss_wrapper.so\npostgres:x:1000:1000::@/home:/bin/sh\n", Log, StringComparison.Ordinal);
        Assert.EndsWith("\npostgres alone\n", Log, StringComparison.Ordinal);
    }

    [Fact]
    public void The_cluster_of_an_older_version_is_not_overlooked()
    {
        _environment["POSTGRES_PASSWORD"] = "secret";
        _environment["PGDATA"] = _root["home/18/docker"];
        Directory.CreateDirectory(_root["home/data"]);
        File.WriteAllText(_root["home/data/PG_VERSION"], "17\n");
        Run("postgres").Fails("@/home/data has a cluster of PostgreSQL 17, and the data directory is @/home/18/docker");
        Assert.Equal("", Log);
    }

    [Theory]
    [InlineData("psql", "--version")]
    [InlineData("postgres", "--help")]
    [InlineData("postgres", "-V")]
    [InlineData("postgres", "-?")]
    public void Anything_else_than_a_server_is_started_as_it_is(string program, string argument)
    {
        Run(program, argument).Succeeds();
        Assert.StartsWith($"{program} {argument}\n", Log, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_root["home"]));
    }

    [Theory]
    [InlineData]
    [InlineData("-c", "work_mem=8MB")]
    public void Without_a_program_the_server_is_meant(params string[] arguments)
    {
        Directory.CreateDirectory(_root["home/data"]);
        File.WriteAllText(_root["home/data/PG_VERSION"], "17\n");
        Run(arguments).Succeeds();
        Assert.Equal($"postgres {string.Join(' ', arguments)}\n", Log);
    }

    private string Log => File.Exists(_root["log"]) ? Readable(File.ReadAllText(_root["log"])) : "";

    private string Readable(string text) => text.Replace(_root.Path, "@", StringComparison.Ordinal);

    private void Link(string tool) => File.CreateSymbolicLink(_root[$"bin/{tool}"], new[] { $"/usr/bin/{tool}", $"/bin/{tool}" }.First(File.Exists));

    private void Program(string name, string script)
    {
        var path = Path.GetFullPath(_root[$"bin/{name}"]);
        File.Delete(path);
        File.WriteAllText(path, script);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static byte[] Gzip(string text)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return output.ToArray();
    }

    private Outcome Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(_root["bin/docker-entrypoint.sh"], arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment.Clear();
        foreach (var (name, value) in _environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var said = Readable(process.StandardError.ReadToEnd());
        process.WaitForExit();
        return new Outcome(process.ExitCode, said + Readable(output.GetAwaiter().GetResult()));
    }

    private sealed record Outcome(int ExitCode, string Said)
    {
        public string Succeeds()
        {
            Assert.True(ExitCode == 0, $"{ExitCode}: {Said}");
            return Said;
        }

        public void Fails(string because)
        {
            Assert.NotEqual(0, ExitCode);
            Assert.Contains(because, Said, StringComparison.Ordinal);
        }
    }
}
