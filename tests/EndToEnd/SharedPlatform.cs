namespace EndToEnd;

/// <summary>The tests that share one running platform, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class SharedPlatform : ICollectionFixture<Platform>
{
    public const string Name = "platform";
}
