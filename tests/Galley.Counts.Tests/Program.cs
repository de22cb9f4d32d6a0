// Runs the tests; with an argument it is the program that they measure.

using Galley.CountsTests;

if (args is ["serve", string database, string how, string sessions, ..]) return await Served.RunAsync(database, how, sessions, args[4..]);
return await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
