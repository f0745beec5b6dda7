using System.Globalization;
using System.Net;
using MuLambda.Catalog.Metadata;
using StackExchange.Redis;

namespace MuLambda.Catalog.Redis;

/// <summary>The connection to the server: every command has a deadline, and every error names the server.</summary>
internal sealed class RedisConnection : IDisposable
{
    private readonly ConnectionMultiplexer _multiplexer;
    private readonly TimeSpan _timeout;
    private volatile bool _refused;

    private RedisConnection(ConnectionMultiplexer multiplexer, string name, TimeSpan timeout)
    {
        (_multiplexer, Name, _timeout) = (multiplexer, name, timeout);
        multiplexer.ConnectionFailed += (_, failure) =>
            _refused |= failure.FailureType == ConnectionFailureType.AuthenticationFailure;
    }

    /// <summary>The server as messages name it, without a secret.</summary>
    public string Name { get; }

    public bool IsConnected => _multiplexer.IsConnected;

    /// <exception cref="ArgumentException">The configuration is malformed.</exception>
    public static async Task<RedisConnection> OpenAsync(RedisMetadataOptions options, CancellationToken cancellationToken)
    {
        var configuration = Parse(options.Configuration);
        configuration.AbortOnConnectFail = false;
        configuration.ClientName = "mulambda-registry";
        configuration.ConnectTimeout = (int)options.CommandTimeout.TotalMilliseconds;
        configuration.SyncTimeout = (int)options.CommandTimeout.TotalMilliseconds;

        // A connection that hangs is found out by this; and a new one is tried at least as often.
        configuration.KeepAlive = 5;
        configuration.ReconnectRetryPolicy = new LinearRetry(1000);
        var name = string.Join(',', configuration.EndPoints.Select(Describe));
        try
        {
            var multiplexer = await ConnectionMultiplexer.ConnectAsync(configuration)
                .WaitAsync(options.OpenTimeout, cancellationToken);
            return new RedisConnection(multiplexer, name, options.CommandTimeout);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            throw new MetadataStoreException($"The Redis server {name} cannot be connected to.", exception);
        }
    }

    /// <summary>Runs a script.</summary>
    /// <exception cref="RedisUnavailableException">The server did not answer.</exception>
    /// <exception cref="MetadataStoreException">The server refused.</exception>
    public Task<RedisResult> EvaluateAsync(string script, RedisKey[] keys, IReadOnlyCollection<RedisValue> values) =>
        ExecuteAsync("EVAL", [script, keys.Length, .. keys.Cast<object>(), .. values.Cast<object>()]);

    public Task<RedisResult> ExecuteAsync(string command, params object[] arguments) =>
        CallAsync(database => database.ExecuteAsync(command, arguments), _timeout);

    /// <summary>Carries out a command by a deadline.</summary>
    public async Task<T> CallAsync<T>(Func<IDatabase, Task<T>> call, TimeSpan timeout)
    {
        try
        {
            return await call(_multiplexer.GetDatabase()).WaitAsync(timeout);
        }
        catch (RedisServerException exception) when (IsPassing(exception.Message))
        {
            throw new RedisUnavailableException($"The Redis server {Name} is not ready: {exception.Message}", exception);
        }
        catch (RedisServerException exception)
        {
            throw new MetadataStoreException($"The Redis server {Name} refused: {exception.Message}", exception);
        }
        catch (Exception exception) when (
            exception is RedisConnectionException or RedisCommandException or TimeoutException or TaskCanceledException)
        {
            if (_refused && !IsConnected)
            {
                throw new MetadataStoreException($"The Redis server {Name} does not accept the password.", exception);
            }

            throw new RedisUnavailableException($"The Redis server {Name} does not answer.", exception);
        }
    }

    public void Dispose()
    {
        // No command is on its way any more. To part in peace would wait, in vain, for the server to say so.
        _multiplexer.Close(allowCommandsToComplete: false);
        _multiplexer.Dispose();
    }

    private static ConfigurationOptions Parse(string configuration)
    {
        ConfigurationOptions options;
        try
        {
            options = ConfigurationOptions.Parse(configuration);
        }
        catch (ArgumentException)
        {
            // What the parser says may show the password.
            throw new ArgumentException(
                "The connection string of the metadata store is malformed; it must be host:port[,password=…][,ssl=true].");
        }

        return options.EndPoints.Count > 0
            ? options
            : throw new ArgumentException("The connection string of the metadata store names no server.");
    }

    private static bool IsPassing(string message) =>
        message.StartsWith("LOADING", StringComparison.Ordinal)
        || message.StartsWith("BUSY", StringComparison.Ordinal)
        || message.StartsWith("TRYAGAIN", StringComparison.Ordinal)
        || message.StartsWith("MASTERDOWN", StringComparison.Ordinal);

    private static string Describe(EndPoint endpoint) => endpoint is DnsEndPoint dns
        ? string.Create(CultureInfo.InvariantCulture, $"{dns.Host}:{dns.Port}")
        : endpoint.ToString()!;
}
