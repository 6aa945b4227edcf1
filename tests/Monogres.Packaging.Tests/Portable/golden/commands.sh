patchelf --replace-needed libssl.so.1.1 libssl-4c0993a8.so.1.1 --replace-needed libcrypto.so.1.1 libcrypto-89eff776.so.1.1 ./bin/postgres
patchelf --set-rpath '$ORIGIN/../lib:$ORIGIN/../lib/private/lib' ./bin/postgres
patchelf --replace-needed libssl.so.1.1 libssl-4c0993a8.so.1.1 ./lib/libpq.so.5.15
patchelf --set-rpath '$ORIGIN/../lib:$ORIGIN/private/lib' ./lib/libpq.so.5.15
patchelf --replace-needed libgeos-3.9.0.so libgeos-3.9.0-fd66f29d.so ./lib/postgis-3.so
patchelf --set-rpath '$ORIGIN/private/lib' ./lib/postgis-3.so
patchelf --replace-needed libcrypto.so.1.1 libcrypto-89eff776.so.1.1 ./lib/pgxs/src/test/regress/pg_regress
patchelf --set-rpath '$ORIGIN/../../../../../lib:$ORIGIN/../../../../private/lib' ./lib/pgxs/src/test/regress/pg_regress
patchelf --set-soname libcrypto-89eff776.so.1.1 ./lib/private/lib/libcrypto-89eff776.so.1.1
patchelf --remove-rpath ./lib/private/lib/libcrypto-89eff776.so.1.1
patchelf --set-soname libgeos-3.9.0-fd66f29d.so ./lib/private/lib/libgeos-3.9.0-fd66f29d.so
patchelf --replace-needed libstdc++.so.6 libstdc++-fb3c93d8.so.6 ./lib/private/lib/libgeos-3.9.0-fd66f29d.so
patchelf --set-rpath '$ORIGIN' ./lib/private/lib/libgeos-3.9.0-fd66f29d.so
patchelf --set-soname libssl-4c0993a8.so.1.1 ./lib/private/lib/libssl-4c0993a8.so.1.1
patchelf --replace-needed libcrypto.so.1.1 libcrypto-89eff776.so.1.1 ./lib/private/lib/libssl-4c0993a8.so.1.1
patchelf --set-rpath '$ORIGIN' ./lib/private/lib/libssl-4c0993a8.so.1.1
patchelf --set-soname libstdc++-fb3c93d8.so.6 ./lib/private/lib/libstdc++-fb3c93d8.so.6
patchelf --remove-rpath ./lib/private/lib/libstdc++-fb3c93d8.so.6
